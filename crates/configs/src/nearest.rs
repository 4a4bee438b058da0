//! The known name a mistyped one was probably meant to be.

/// The nearest of `known` to `name`, if any is near enough to be worth saying.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(NAME_CHARACTERS_MAX).collect();
    let (distance, best) = known.map(|known| (distance(&wanted, known), known)).min()?;
    (distance <= wanted.len() / 3).then_some(best)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one name into the other.
fn distance(wanted: &[char], known: &str) -> usize {
    let known: Vec<char> = known.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=known.len()).collect();
    for (row, typed) in wanted.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, letter) in known.iter().enumerate() {
            let replaced = last[column] + usize::from(typed != letter);
            let mut best = replaced.min(last[column + 1] + 1).min(line[column] + 1);
            let swapped = row > 0 && column > 0 && *typed == known[column - 1] && wanted[row - 1] == *letter;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
    }
    last[known.len()]
}

/// No setting's name is longer; what is, costs no more to compare.
const NAME_CHARACTERS_MAX: usize = 100;

#[cfg(test)]
mod tests;
