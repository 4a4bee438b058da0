//! What `meta.properties` says of a log directory, and Kafka's exceptions when it says nothing sensible.

use std::path;

use kampa_formats::meta_properties::{self, MetaProperties, MetaPropertiesError};
use kampa_world::World;

use crate::kafka::connect;
use crate::kafka::thrown::Thrown;
use crate::kafka::uuid;

/// A log directory's file, whole path.
pub(super) fn path(world: &World, directory: &str) -> String {
    let file = path::Path::new(directory).join(meta_properties::FILE_NAME);
    world.disk().absolute(file).display().to_string()
}

/// What it says; nothing if there is none.
pub(super) fn read(world: &World, directory: &str) -> Result<Option<MetaProperties>, Thrown> {
    match connect::read(world, &path(world, directory)) {
        Ok(file) => meta_properties::decode(&file).map(Some).map_err(|error| thrown(&error)),
        Err(error) if error.is("NoSuchFileException") => Ok(None),
        Err(error) => Err(error),
    }
}

fn thrown(error: &MetaPropertiesError) -> Thrown {
    match error {
        MetaPropertiesError::NotProperties => Thrown::illegal("Malformed \\uxxxx encoding."),
        MetaPropertiesError::Missing("cluster.id") => Thrown::runtime("cluster.id was not found."),
        MetaPropertiesError::Missing(key) => Thrown::runtime(format!("Failed to find {key}")),
        MetaPropertiesError::Value { key: "version", value, .. } => Thrown::runtime(match value.parse::<i32>() {
            Ok(number) => format!("Unknown meta.properties version number {number}"),
            Err(_) => format!("Invalid meta.properties version string '{value}'"),
        }),
        MetaPropertiesError::Value { key: "directory.id", value, .. } => {
            let why = uuid::parse(value).err().map(|thrown| thrown.message().to_owned()).unwrap_or_default();
            Thrown::runtime(format!("Unable to read directory.id as a Uuid: {why}"))
        }
        MetaPropertiesError::Value { key, .. } => Thrown::runtime(format!("Unable to read {key} as a base-10 number.")),
    }
}
