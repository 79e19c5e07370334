//! The caller of a caller: a service that answers people asks the projector for them, and says for whom. Only a server
//! that serves other services reads it, and only from a principal with the role `service`.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use longhu_proto::status::refusal;
use serde::{Deserialize, Serialize};
use tonic::metadata::MetadataValue;
use tonic::{Code, Request, Status};

use crate::principal::{Principal, Role, caller};

/// The metadata with the caller, as JSON: `{"name":"hq","roles":["admin"]}`.
pub(crate) const CALLER: &str = "longhu-caller-bin";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Passed {
    name: String,
    roles: BTreeSet<Role>,
}

/// The request for another service: the same message, for the same caller.
///
/// # Errors
/// Those of [`caller`].
pub fn pass_on<T>(request: Request<T>) -> Result<Request<T>, Status> {
    let caller = caller(&request)?;
    Ok(on_behalf_of(&caller, request.into_inner()))
}

/// A message for another service, on behalf of a caller.
pub fn on_behalf_of<T>(caller: &Principal, message: T) -> Request<T> {
    let passed = Passed { name: caller.name.clone(), roles: caller.roles.clone() };
    let mut request = Request::new(message);
    // A text and some names of roles can always be written.
    let bytes = serde_json::to_vec(&passed).unwrap_or_default();
    request.metadata_mut().insert_bin(CALLER, MetadataValue::from_bytes(&bytes));
    request
}

/// Who is named as the caller; `None` if nobody is.
///
/// # Errors
/// INVALID_ARGUMENT with reason CALLER_MALFORMED.
pub(crate) fn named(headers: &http::HeaderMap) -> Result<Option<Arc<Principal>>, Status> {
    let Some(value) = headers.get(CALLER) else { return Ok(None) };
    let malformed = || {
        let message = format!("`{CALLER}` names no caller; write it as {{\"name\":…,\"roles\":[…]}}");
        refusal(Code::InvalidArgument, "CALLER_MALFORMED", message)
    };
    let encoded = value.as_bytes().trim_ascii_end();
    let encoded = encoded.strip_suffix(b"==").or(encoded.strip_suffix(b"=")).unwrap_or(encoded);
    let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| malformed())?;
    let Passed { name, roles } = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
    Ok(Some(Arc::new(Principal { name, roles, sources: Vec::new() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_arrives_as_it_was_sent_and_nonsense_is_refused() {
        let sent = Principal {
            name: "总行".to_owned(),
            roles: [Role::Viewer, Role::Admin].into(),
            sources: Vec::new(),
        };
        let headers = on_behalf_of(&sent, ()).into_parts().0.into_headers();
        assert_eq!(*named(&headers).unwrap().unwrap(), sent);
        assert!(named(&http::HeaderMap::new()).unwrap().is_none());
        for nonsense in ["", "====", "bm9uc2Vuc2U", "eyJuYW1lIjoieCJ9"] {
            let mut headers = http::HeaderMap::new();
            headers.insert(CALLER, nonsense.parse().unwrap());
            assert_eq!(named(&headers).unwrap_err().code(), Code::InvalidArgument, "{nonsense}");
        }
    }
}
