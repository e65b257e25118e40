//! `GET /api/v1`: the document of the API as a page to be read, drawn from it on the server.

use askama::Template;
use axum::extract::State;
use serde_json::Value;

use super::LOOK;
use super::document::DOCUMENT;
use super::point::{Ask, Gives, Nothing, Point, Takes, read};
use crate::engine::questionnaire::Desk;
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::route;
use crate::web::words::filters;

pub fn points() -> Vec<Point> {
    vec![
        Point {
            route: route::get("/api/v1", LOOK, show),
            topic: "",
            what: "Shows this document as a page",
            takes: Takes::Query(Vec::new()),
            gives: Gives::Page,
        },
        read("/api/v1/openapi.json", LOOK, "Gives this document in the words of OpenAPI 3.1, for programs", document),
    ]
}

#[allow(clippy::unnecessary_wraps, reason = "the shape of every answer")]
fn document(_: &Desk, _: &Ask<(), Nothing>) -> Result<&'static Value, Refusal> {
    Ok(&DOCUMENT)
}

/// Something that a route takes.
struct Field<'d> {
    name: &'d str,
    /// `path`, `query` or `body`.
    place: &'static str,
    kind: String,
    required: bool,
    what: &'d str,
}

/// One route.
struct Shown<'d> {
    method: &'static str,
    path: &'d str,
    what: &'d str,
    who: &'d str,
    anchor: &'d str,
    fields: Vec<Field<'d>>,
    curl: String,
    answer: String,
}

/// Routes of one topic.
struct Topic<'d> {
    name: &'d str,
    anchor: String,
    routes: Vec<Shown<'d>>,
}

#[derive(Template)]
#[template(path = "api.html")]
struct Reader<'a> {
    frame: &'a Frame,
    address: String,
    topics: Vec<Topic<'a>>,
    count: usize,
}

/// `GET /api/v1`
async fn show(State(app): State<App>, frame: Frame) -> Reply {
    let address = app.address();
    let topics = topics(&DOCUMENT, &address);
    let count = topics.iter().map(|topic| topic.routes.len()).sum();
    page(&Reader { frame: &frame, address, topics, count })
}

fn topics<'d>(document: &'d Value, address: &str) -> Vec<Topic<'d>> {
    let mut topics: Vec<Topic> = names(&document["tags"]).map(|name| Topic { name, anchor: anchor(name), routes: Vec::new() }).collect();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, name) in [("get", "GET"), ("post", "POST")] {
            let Some(operation) = item.get(method) else { continue };
            let shown = shown(document, name, path, operation, address);
            let tag = operation["tags"][0].as_str().unwrap_or_default();
            if let Some(topic) = topics.iter_mut().find(|topic| topic.name == tag) {
                topic.routes.push(shown);
            }
        }
    }
    topics
}

fn names(tags: &Value) -> impl Iterator<Item = &str> {
    tags.as_array().into_iter().flatten().filter_map(|tag| tag["name"].as_str())
}

fn anchor(name: &str) -> String {
    let plain: String =
        name.chars().filter(char::is_ascii).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    format!("topic-{plain}")
}

fn text<'d>(of: &'d Value, name: &str) -> &'d str {
    of[name].as_str().unwrap_or_default()
}

fn shown<'d>(document: &'d Value, method: &'static str, path: &'d str, operation: &'d Value, address: &str) -> Shown<'d> {
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(|parameter| Field {
        name: text(parameter, "name"),
        place: if parameter["in"] == "path" { "path" } else { "query" },
        kind: kind(document, &parameter["schema"]),
        required: parameter["required"] == true,
        what: text(parameter, "description"),
    });
    let mut fields: Vec<Field> = parameters.collect();
    let content = operation["requestBody"]["content"].as_object().and_then(|content| content.iter().next());
    if let Some((_, content)) = content {
        fields.extend(of_body(document, &content["schema"], "body"));
    }
    let answer = &operation["responses"]["200"]["content"]["application/json"]["example"];
    Shown {
        method,
        path,
        what: text(operation, "summary"),
        who: text(operation, "description"),
        anchor: text(operation, "operationId"),
        curl: curl(document, method, path, content.map(|(kind, content)| (kind.as_str(), &content["schema"])), &fields, address),
        fields,
        answer: if answer.is_null() { String::new() } else { serde_json::to_string_pretty(answer).unwrap_or_default() },
    }
}

/// A schema itself, where another one only names it.
fn meant<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let name = schema["$ref"].as_str().and_then(|named| named.strip_prefix("#/components/schemas/"));
    name.map_or(schema, |name| &document["components"]["schemas"][name])
}

fn of_body<'d>(document: &'d Value, schema: &'d Value, place: &'static str) -> Vec<Field<'d>> {
    let schema = meant(document, schema);
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut fields = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let what = text(property, "description");
        fields.push(Field { name, place, kind: kind(document, property), required: required.contains(&name.as_str()), what });
        let items = meant(document, &property["items"]);
        if items["properties"].is_object() {
            fields.extend(of_body(document, items, "each"));
        }
    }
    fields
}

/// What kind of value it is, in a word.
fn kind(document: &Value, schema: &Value) -> String {
    let schema = meant(document, schema);
    let named = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or_default().to_owned(),
        _ => {
            let some = schema["oneOf"].as_array().into_iter().flatten().find(|one| one["type"] != "null");
            return some.map_or_else(String::new, |one| kind(document, one));
        }
    };
    match named.as_str() {
        "array" => format!("list of {}", kind(document, &schema["items"])),
        "string" if schema["format"] == "binary" => "file".to_owned(),
        "string" => "text".to_owned(),
        "boolean" => "true or false".to_owned(),
        "integer" | "number" => "number".to_owned(),
        other => other.to_owned(),
    }
}

/// A command that asks for it.
fn curl(document: &Value, method: &str, path: &str, body: Option<(&str, &Value)>, fields: &[Field], address: &str) -> String {
    let needed: Vec<String> =
        fields.iter().filter(|field| field.place == "query" && field.required).map(|field| format!("{}=…", field.name)).collect();
    let query = if needed.is_empty() { String::new() } else { format!("?{}", needed.join("&")) };
    let mut out = format!("curl -H \"Authorization: Bearer $TOKEN\" '{address}{path}{query}'");
    match body {
        Some(("application/json", schema)) => {
            let example = example(document, schema);
            out.push_str(&format!(" \\\n  --json '{example}'"));
        }
        Some(("multipart/form-data", _)) => {
            for field in fields.iter().filter(|field| field.place == "body") {
                let value = if field.kind == "file" { "@FILE" } else { "…" };
                out.push_str(&format!(" \\\n  -F {}={value}", field.name));
            }
        }
        Some(_) => out.push_str(" \\\n  --data-binary @FILE"),
        None if method == "POST" => out.push_str(" -X POST"),
        None => {}
    }
    out
}

/// A body that would do, out of the examples and kinds of its fields; only what must be there.
fn example(document: &Value, schema: &Value) -> Value {
    let schema = meant(document, schema);
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    if let Some(one) = schema["oneOf"].as_array().and_then(|all| all.first()) {
        return example(document, one);
    }
    match schema["type"].as_str() {
        Some("array") => Value::Array(vec![example(document, &schema["items"])]),
        Some("boolean") => Value::Bool(false),
        Some("integer" | "number") => Value::from(0),
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            required.map(|name| (name.to_owned(), example(document, &schema["properties"][name]))).collect()
        }
        _ => Value::from("…"),
    }
}
