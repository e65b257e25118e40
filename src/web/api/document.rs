//! The document of the API in the words of `OpenAPI` 3.1, out of the table of routes, the types of their requests, and answers that were really given.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ComponentsBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, KnownFormat, OpenApiBuilder, PathsBuilder, Ref, RefOr, Required, ResponseBuilder, SchemaFormat,
};

use super::point::{Gives, Point, Takes};
use crate::engine::accounts::Role;
use crate::web::route::Access;

/// Answers that were really given, by method and path, with long lists cut short; a test compares them with what the server answers.
const EXAMPLES: &str = include_str!("examples.json");

/// The document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(written()).unwrap_or_default());

/// The examples, by method and path.
fn examples() -> Map<String, Value> {
    serde_json::from_str(EXAMPLES).unwrap_or_default()
}

fn written() -> utoipa::openapi::OpenApi {
    let examples = examples();
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new().schema("Refusal", refusal());
    for (name, scheme) in schemes() {
        components = components.security_scheme(name, scheme);
    }
    let mut topics: BTreeSet<&str> = BTreeSet::new();
    let mut tags = Vec::new();
    for point in super::points() {
        if topics.insert(point.topic) {
            tags.push(TagBuilder::new().name(point.topic).build());
        }
        let told = point.route.told();
        let example = examples.get(&format!("{} {}", told.method, told.path));
        if let Takes::Json(_, beside) = &point.takes {
            components = components.schemas_from_iter(beside.clone());
        }
        let method = if told.method == "GET" { HttpMethod::Get } else { HttpMethod::Post };
        paths = paths.path(told.path, PathItem::new(method, operation(point, example)));
    }
    let info = InfoBuilder::new()
        .title("answerbank")
        .version("1")
        .description(Some(
            "Everything that the pages do, for programs. A token of an account may do what that account may: send it as `Authorization: Bearer abt_…`. \
             A browser that is signed in sends its cookie, and with each POST the mark of its session in the header `x-answerbank`.",
        ))
        .build();
    OpenApiBuilder::new().info(info).paths(paths.build()).components(Some(components.build())).tags(Some(tags)).build()
}

fn schemes() -> [(&'static str, SecurityScheme); 3] {
    let key = |name: &str, what: &str| ApiKeyValue::with_description(name, what);
    [
        (
            "token",
            SecurityScheme::Http(
                HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A token from “Your account”: `abt_…`")).build(),
            ),
        ),
        ("session", SecurityScheme::ApiKey(ApiKey::Cookie(key("__Host-answerbank", "The cookie of a browser that is signed in")))),
        (
            "mark",
            SecurityScheme::ApiKey(ApiKey::Header(key(
                "x-answerbank",
                "The mark of the session; asked of a POST that comes with the cookie",
            ))),
        ),
    ]
}

fn refusal() -> RefOr<Schema> {
    let text = |what: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(what));
    ObjectBuilder::new()
        .description(Some("Why something was not done"))
        .property("error", text("What is wrong"))
        .property("hint", text("What to do; absent where there is nothing to say"))
        .required("error")
        .into()
}

/// What one route is.
fn operation(point: Point, example: Option<&Value>) -> OperationBuilder {
    let told = point.route.told();
    let (roles, again) = roles(told.access);
    let changes = told.method == "POST";
    let mut description = match roles.len() {
        4 => "Whoever has an account may do this.".to_owned(),
        _ => format!("Who has the role {} may do this.", roles.join(" or ")),
    };
    if again {
        description += " The password must have been typed within the last ten minutes, so a token cannot do it.";
    }
    let mut operation = OperationBuilder::new()
        .operation_id(Some(named(&told.method, told.path)))
        .tag(point.topic)
        .summary(Some(point.what))
        .description(Some(description))
        .extensions(Some([("x-role", json!(roles))].into_iter().collect()));
    for name in told.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        operation = operation.parameter(parameter.description(Some(in_path(name))).schema(Some(text)));
    }
    match point.takes {
        Takes::Query(fields) => operation = fields.into_iter().fold(operation, OperationBuilder::parameter),
        Takes::Json(schema, _) => {
            let schema = *schema;
            let body = RequestBodyBuilder::new().content("application/json", ContentBuilder::new().schema(Some(schema)).build());
            operation = operation.request_body(Some(body.required(Some(Required::True)).build()));
        }
        Takes::Form(fields) => {
            let form = fields.iter().fold(ObjectBuilder::new(), |form, (name, is_file, what)| form.property(*name, field(*is_file, what)));
            let body = RequestBodyBuilder::new().content("multipart/form-data", ContentBuilder::new().schema(Some(form)).build());
            operation = operation.request_body(Some(body.required(Some(Required::True)).build()));
        }
    }
    if !again {
        operation = operation.security(SecurityRequirement::new("token", [""; 0]));
    }
    let session = SecurityRequirement::new("session", [""; 0]);
    operation = operation.security(if changes { session.add("mark", [""; 0]) } else { session });
    answers(operation, point.gives, example, changes, told.path.contains('{'))
}

/// What a route answers with, and what else may come.
fn answers(operation: OperationBuilder, gives: Gives, example: Option<&Value>, changes: bool, named: bool) -> OperationBuilder {
    let done = match gives {
        Gives::File => ("application/octet-stream", ContentBuilder::new().schema(Some(bytes())).build()),
        Gives::Page => ("text/html", ContentBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).build()),
        Gives::Json => {
            let schema = example.map_or_else(|| ObjectBuilder::new().into(), shape);
            ("application/json", ContentBuilder::new().schema(Some(schema)).example(example.cloned()).build())
        }
    };
    let what = if changes { "It is done" } else { "Here it is" };
    let mut operation = operation.response("200", ResponseBuilder::new().description(what).content(done.0, done.1));
    let mut refused = vec![("401", "Nobody is signed in, or the token has ended"), ("403", "The account's role may not do this")];
    if named {
        refused.push(("404", "There is no such thing"));
    }
    if changes {
        refused.push(("409", "It cannot be done as things stand, for instance since somebody changed it meanwhile; nothing was changed"));
        refused.push(("413", "The body is too large"));
        refused.push(("415", "The body is of another kind"));
    }
    refused.push(("422", "A field is unknown, missing or cannot be meant; nothing was changed"));
    refused.push(("503", "Too much at once, or the store is busy; do it again in some seconds"));
    for (status, what) in refused {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Refusal"))).build();
        operation = operation.response(status, ResponseBuilder::new().description(what).content("application/json", content));
    }
    operation
}

fn bytes() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
}

fn field(is_file: bool, what: &str) -> ObjectBuilder {
    let field = if is_file { bytes() } else { ObjectBuilder::new().schema_type(Type::String) };
    field.description(Some(what))
}

/// The shape of an answer that was given, as a schema. Nothing is required: what is empty is often left out.
fn shape(given: &Value) -> RefOr<Schema> {
    let of = |kind: Type| RefOr::from(ObjectBuilder::new().schema_type(kind));
    match given {
        // Another answer may have something there.
        Value::Null => ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::AnyValue).into(),
        Value::Bool(_) => of(Type::Boolean),
        Value::Number(number) if number.is_f64() => of(Type::Number),
        Value::Number(_) => of(Type::Integer),
        Value::String(_) => of(Type::String),
        Value::Array(items) => {
            let item =
                items.first().map_or_else(|| ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::AnyValue).into(), shape);
            ArrayBuilder::new().items(item).into()
        }
        Value::Object(fields) => {
            fields.iter().fold(ObjectBuilder::new(), |object, (name, value)| object.property(name, shape(value))).into()
        }
    }
}

/// Who may have a route, and whether only after the password.
pub fn roles(access: Access) -> (Vec<&'static str>, bool) {
    let (right, again) = match access {
        Access::Anybody => return (Vec::new(), false),
        Access::Needs(right) => (right, false),
        Access::Again(right) => (right, true),
    };
    (Role::ALL.into_iter().filter(|(role, _)| role.may(right)).map(|(_, name)| name).collect(), again)
}

/// A name for what a route does, for programs that make functions of them.
fn named(method: &str, path: &str) -> String {
    let parts = path.trim_start_matches("/api/v1").split('/').filter(|part| !part.is_empty());
    let words: Vec<String> = parts.map(|part| part.replace(['{', '}', '.'], "").replace('-', "_")).collect();
    format!("{}_{}", method.to_lowercase(), if words.is_empty() { "reader".to_owned() } else { words.join("_") })
}

/// What stands in a path, in words.
fn in_path(name: &str) -> &'static str {
    match name {
        "id" => "The id, as the list of such things tells it",
        "place" => "The question: `Sheet!B13`, `B13` where one sheet alone has it, or its id in the form",
        "number" => "The number, as the list of such things tells it",
        "folder" => "`customer` or `internal`",
        "framework" => "The framework's id",
        "requirement" => "The requirement's id in its framework",
        "to" => "`json`, `csv`, `jira`, `gitlab` or `github`",
        "which" => "`workbook`, `report` or `work-items`",
        _ => "The name",
    }
}
