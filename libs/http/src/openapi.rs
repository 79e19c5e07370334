//! The description of all calls as an OpenAPI 3.1 document, made from the protos and their comments.

use std::collections::BTreeSet;

use prost_reflect::{EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use crate::routes::{Route, Routes};

/// The document of these routes.
pub fn document(routes: &Routes) -> Value {
    let mut schemas = Schemas::default();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes.all() {
        let operation = operation(route, &mut schemas);
        let path = paths.entry(&route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    let mut components = schemas.written();
    components.insert("google.rpc.Status".to_owned(), refusal());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Longhu",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The unary calls of the gRPC services as HTTP and JSON. Numbers of 64 bits are texts, as in the JSON \
                            of protobuf.",
        },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": components,
        },
    })
}

fn operation(route: &Route, schemas: &mut Schemas) -> Value {
    let rpc = &route.rpc;
    let input = rpc.input();
    let in_path: Vec<&str> = route.template.fields().collect();
    let mut parameters: Vec<Value> = Vec::new();
    for name in &in_path {
        let Some(field) = input.get_field_by_name(name) else { continue };
        parameters.push(json!({
            "name": name, "in": "path", "required": true,
            "description": comment(&field.parent_message().parent_file(), field.path()),
            "schema": schemas.of_field(&field),
        }));
    }
    let mut operation = json!({
        "operationId": rpc.full_name(),
        "tags": [rpc.parent_service().name()],
        "summary": comment(&rpc.parent_file(), rpc.path()),
        "responses": {
            "200": {
                "description": "Done",
                "content": { "application/json": { "schema": schemas.of_message(&rpc.output()) } },
            },
            "default": {
                "description": "A refusal",
                "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/google.rpc.Status" },
                } },
            },
        },
    });
    if route.has_body {
        let schema = schemas.of_message(&input);
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": schema } },
        });
    } else {
        let others = input.fields().filter(|field| !in_path.contains(&field.name()));
        for field in others {
            query_parameters(&field, field.json_name(), schemas, &mut parameters);
        }
    }
    operation["parameters"] = Value::Array(parameters);
    operation
}

/// A field of a message in the query is `a.b`.
fn query_parameters(field: &FieldDescriptor, name: &str, schemas: &mut Schemas, into: &mut Vec<Value>) {
    match field.kind() {
        Kind::Message(message) if well_known(&message).is_none() && !field.is_list() => {
            for inner in message.fields() {
                query_parameters(&inner, &format!("{name}.{}", inner.json_name()), schemas, into);
            }
        }
        _ => into.push(json!({
            "name": name, "in": "query",
            "description": comment(&field.parent_message().parent_file(), field.path()),
            "schema": schemas.of_field(field),
        })),
    }
}

/// The schemas of messages and enums that are used.
#[derive(Default)]
struct Schemas {
    known: BTreeSet<String>,
    written: Map<String, Value>,
}

impl Schemas {
    fn written(self) -> Map<String, Value> {
        self.written
    }

    fn of_field(&mut self, field: &FieldDescriptor) -> Value {
        if field.is_map() {
            let Kind::Message(entry) = field.kind() else { return json!({}) };
            return json!({ "type": "object", "additionalProperties": self.of_kind(&entry.map_entry_value_field()) });
        }
        let one = self.of_kind(field);
        if field.is_list() { json!({ "type": "array", "items": one }) } else { one }
    }

    fn of_kind(&mut self, field: &FieldDescriptor) -> Value {
        match field.kind() {
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Double | Kind::Float => json!({ "type": "number" }),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 | Kind::Uint32 | Kind::Fixed32 => {
                json!({ "type": "integer" })
            }
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => json!({ "type": "string", "format": "int64" }),
            Kind::Uint64 | Kind::Fixed64 => json!({ "type": "string", "format": "uint64" }),
            Kind::String => json!({ "type": "string" }),
            Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Kind::Enum(own) => self.of_enum(&own),
            Kind::Message(message) => self.of_message(&message),
        }
    }

    fn of_message(&mut self, message: &MessageDescriptor) -> Value {
        if let Some(schema) = well_known(message) {
            return schema;
        }
        if self.known.insert(message.full_name().to_owned()) {
            let mut properties = Map::new();
            for field in message.fields() {
                let mut schema = self.of_field(&field);
                let says = comment(&message.parent_file(), field.path());
                if !says.is_empty() {
                    schema["description"] = Value::String(says);
                }
                properties.insert(field.json_name().to_owned(), schema);
            }
            let schema = json!({
                "type": "object",
                "description": comment(&message.parent_file(), message.path()),
                "properties": properties,
            });
            self.written.insert(message.full_name().to_owned(), schema);
        }
        reference(message.full_name())
    }

    fn of_enum(&mut self, own: &EnumDescriptor) -> Value {
        if self.known.insert(own.full_name().to_owned()) {
            let names: Vec<String> = own.values().map(|value| value.name().to_owned()).collect();
            let schema = json!({
                "type": "string",
                "description": comment(&own.parent_file(), own.path()),
                "enum": names,
            });
            self.written.insert(own.full_name().to_owned(), schema);
        }
        reference(own.full_name())
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Messages that are a text in JSON.
fn well_known(message: &MessageDescriptor) -> Option<Value> {
    match message.full_name() {
        "google.protobuf.Timestamp" => Some(json!({ "type": "string", "format": "date-time" })),
        "google.protobuf.Duration" => {
            Some(json!({ "type": "string", "description": "Seconds, such as 1.5s" }))
        }
        _ => None,
    }
}

fn refusal() -> Value {
    json!({
        "type": "object",
        "description": "Why a call was refused. One detail is an ErrorInfo with a stable reason.",
        "properties": {
            "code": { "type": "integer", "description": "A google.rpc.Code" },
            "message": { "type": "string", "description": "What is wrong, and what to do" },
            "details": { "type": "array", "items": { "type": "object" } },
        },
    })
}

/// The comment above a part of a file, as one paragraph.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let locations = file.file_descriptor_proto().source_code_info.as_ref().map(|info| &info.location);
    let found = locations.and_then(|all| all.iter().find(|location| location.path == path));
    let text = found.and_then(|location| location.leading_comments.as_deref()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
