//! Which path is which call, from the `google.api.http` options in the protos.

use http::Method;
use prost_reflect::{DynamicMessage, MethodDescriptor, Value};

use crate::pool::pool;
use crate::template::Template;

/// A call that can be made with HTTP.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) template: Template,
    /// Whether the message is in the body. Otherwise it is in the path and the query.
    pub(crate) has_body: bool,
    pub(crate) rpc: MethodDescriptor,
}

/// All calls of some services.
#[derive(Clone, Debug)]
pub struct Routes {
    all: Vec<Route>,
}

/// What a request asks for.
pub(crate) enum Found<'r> {
    /// A call, and the fields that stand in the path.
    Route(&'r Route, Vec<(&'r str, String)>),
    /// The path is that of calls with these methods.
    OtherMethod(Vec<Method>),
    /// There is no such path.
    Nothing,
}

impl Routes {
    /// The calls of these services, by their full names.
    pub fn of(services: &[&str]) -> Routes {
        let named = pool().services().filter(|service| services.contains(&service.full_name()));
        let methods: Vec<MethodDescriptor> =
            named.flat_map(|service| service.methods().collect::<Vec<_>>()).collect();
        Routes { all: methods.into_iter().filter_map(route).collect() }
    }

    /// Each call: the HTTP method, the template of its path, and the method that it is.
    pub fn listed(&self) -> impl Iterator<Item = (&str, &str, MethodDescriptor)> {
        self.all.iter().map(|route| (route.method.as_str(), route.path.as_str(), route.rpc.clone()))
    }

    pub(crate) fn all(&self) -> &[Route] {
        &self.all
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let mut others = Vec::new();
        for route in &self.all {
            let Some(values) = route.template.values(path) else { continue };
            if route.method == method {
                return Found::Route(route, values);
            }
            others.push(route.method.clone());
        }
        if others.is_empty() { Found::Nothing } else { Found::OtherMethod(others) }
    }
}

/// The route of a method, if it has one.
fn route(rpc: MethodDescriptor) -> Option<Route> {
    let option = pool().get_extension_by_name("google.api.http")?;
    let options = rpc.options();
    let Value::Message(rule) = options.get_extension(&option).into_owned() else { return None };
    let (method, path) =
        [("get", Method::GET), ("post", Method::POST), ("put", Method::PUT), ("delete", Method::DELETE)]
            .into_iter()
            .find_map(|(name, method)| Some((method, text(&rule, name)?)))?;
    let template =
        Template::parse(&path).unwrap_or_else(|| panic!("{}: {path} is not supported", rpc.full_name()));
    let has_body = text(&rule, "body").is_some();
    Some(Route { method, path, template, has_body, rpc })
}

/// A text that is not empty.
fn text(rule: &DynamicMessage, name: &str) -> Option<String> {
    let value = rule.get_field_by_name(name)?;
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}
