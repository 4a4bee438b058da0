//! Many measurements as one figure: the median, with the least and the greatest beside it.

use std::fmt;

/// Measurements of one thing.
#[derive(Default)]
pub struct Figures {
    sorted: Vec<f64>,
}

impl Figures {
    pub fn add(&mut self, figure: f64) {
        let at = self.sorted.partition_point(|&other| other < figure);
        self.sorted.insert(at, figure);
    }

    /// The middle one; of an even number, the mean of the two in the middle. Not a number when there are none.
    pub fn median(&self) -> f64 {
        let Some(last) = self.sorted.len().checked_sub(1) else { return f64::NAN };
        (self.sorted[last / 2] + self.sorted[last.div_ceil(2)]) / 2.0
    }
}

impl FromIterator<f64> for Figures {
    fn from_iter<I: IntoIterator<Item = f64>>(figures: I) -> Figures {
        let mut all = Figures::default();
        figures.into_iter().for_each(|figure| all.add(figure));
        all
    }
}

/// `median (least to greatest)`, with the precision asked for.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let (Some(least), Some(greatest)) = (self.sorted.first(), self.sorted.last()) else { return f.write_str("-") };
        write!(f, "{:.digits$} ({least:.digits$} to {greatest:.digits$})", self.median())
    }
}

#[cfg(test)]
mod tests;
