//! What every answer has in common: its error codes, one after the other, and the place of its throttle time.

use std::fmt::Write as _;

use super::{Place, condition};
use crate::model::{Field, Kind, Message, Primitive, Struct, Type};

/// How long the connection is muted, in every answer that says so.
const THROTTLE: &str = "throttle_time_ms";

impl Place<'_> {
    /// For an answer the trait's methods, for a struct within it one of the same name; nothing where no code can be.
    pub(super) fn each_error(&self, out: &mut String, one: &Struct) {
        let top = one.name == self.message.name;
        if !self.answers(one) || !(top || has_errors(self.message, one)) {
            return;
        }
        let mut body = String::new();
        for field in &one.fields {
            let Some(visit) = self.visit(field) else { continue };
            let _ = match condition(field.versions, one.versions) {
                None => writeln!(body, "{visit}"),
                Some(when) => writeln!(body, "if {when} {{ {visit} }}"),
            };
        }
        let version = super::version_argument(&body);
        let see = if body.is_empty() { "_see" } else { "see" };
        let heading = if top { format!("impl Response for {}", one.name) } else { format!("impl {}", one.name) };
        let visible = if top { "" } else { "pub(crate) " };
        let throttled = top && one.fields.iter().any(|field| field.rust_name() == THROTTLE);
        let throttle = match throttled {
            true => format!("\nfn throttle_time_ms(&mut self) -> Option<&mut i32> {{ Some(&mut self.{THROTTLE}) }}\n"),
            false => String::new(),
        };
        let _ = writeln!(
            out,
            "{heading} {{\n{visible}fn each_error(&self, {version}: i16, {see}: &mut dyn FnMut(i16)) {{\n{body}}}\n{throttle}}}\n"
        );
    }

    /// Whether the struct is the answer or stands in it; one that is shared may stand in the request too.
    fn answers(&self, one: &Struct) -> bool {
        let name = format!("{}Response", self.schema.name);
        let response = self.schema.messages.iter().find(|message| message.name == name);
        self.schema.kind == Kind::Api
            && response.is_some_and(|it| it.name == one.name || reaches(it, &it.root, &one.name))
    }

    fn visit(&self, field: &Field) -> Option<String> {
        let name = field.rust_name();
        if is_error(field) {
            return Some(format!("see(self.{name});"));
        }
        if !holds_errors(self.message, field) {
            return None;
        }
        Some(match (field.array, field.nullable.is_some()) {
            (false, false) => format!("self.{name}.each_error(version, see);"),
            (true, false) => format!("for one in &self.{name} {{ one.each_error(version, see); }}"),
            (false, true) => format!("if let Some(one) = &self.{name} {{ one.each_error(version, see); }}"),
            (true, true) => format!("for one in self.{name}.iter().flatten() {{ one.each_error(version, see); }}"),
        })
    }
}

fn is_error(field: &Field) -> bool {
    matches!(field.of, Type::Primitive(Primitive::Int16))
        && !field.array
        && matches!(field.name.as_str(), "error_code" | "partition_error_code")
}

fn has_errors(message: &Message, one: &Struct) -> bool {
    one.fields.iter().any(|field| is_error(field) || holds_errors(message, field))
}

fn holds_errors(message: &Message, field: &Field) -> bool {
    message.struct_of(field).is_some_and(|one| has_errors(message, one))
}

fn reaches(message: &Message, from: &Struct, name: &str) -> bool {
    let mut inner = from.fields.iter().filter_map(|field| message.struct_of(field));
    inner.any(|one| one.name == name || reaches(message, one, name))
}
