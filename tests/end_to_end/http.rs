//! HTTP and JSON, as a client sees them that speaks nothing else: each call answers as it does over gRPC, with
//! the same codes, and bad requests are refused with what to do.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};
use longhu_http::{BODY_BYTES_MAX, Routes};
use prost::Message;
use prost_reflect::{DynamicMessage, MethodDescriptor, SerializeOptions};
use serde_json::{Value, json};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

use crate::support::{Dev, file, root};

/// What a server answered.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.head, self.body))
    }

    /// The stable code of a refusal.
    fn reason(&self) -> String {
        self.json()["details"][0]["reason"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends bytes and reads until the server closes.
fn exchange(url: &str, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // The server may answer, and close, before it has read everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer but {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

fn send(url: &str, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: bank\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    exchange(url, request.as_bytes())
}

fn get(dev: &Dev, path: &str) -> Answer {
    send(&dev.url, "GET", path, "", "")
}

const JSON: &str = "content-type: application/json\r\n";

fn post(dev: &Dev, path: &str, body: &Value) -> Answer {
    send(&dev.url, "POST", path, JSON, &body.to_string())
}

/// Messages as bytes, for any call.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// The answer of a call over gRPC, as JSON.
fn over_grpc(url: &str, rpc: &MethodDescriptor, request: &Value) -> Value {
    let message = DynamicMessage::deserialize(rpc.input(), request).unwrap();
    let path = format!("/{}/{}", rpc.parent_service().full_name(), rpc.name()).parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(async {
        let channel =
            tonic::transport::Endpoint::from_shared(url.to_owned()).unwrap().connect().await.unwrap();
        let mut client = tonic::client::Grpc::new(channel);
        client.ready().await.unwrap();
        let request = tonic::Request::new(message.encode_to_vec());
        client
            .unary(request, path, Raw)
            .await
            .unwrap_or_else(|status| panic!("{}: {status}", rpc.full_name()))
    });
    let answer = DynamicMessage::decode(rpc.output(), answer.into_inner()).unwrap();
    let mut serializer = serde_json::Serializer::new(Vec::new());
    let options = SerializeOptions::new().skip_default_fields(false);
    answer.serialize_with_options(&mut serializer, &options).unwrap();
    serde_json::from_slice(&serializer.into_inner()).unwrap()
}

/// A bank with one contest that has standings.
fn bank(folder: &std::path::Path) -> Dev {
    let dev = Dev::start(folder);
    let example = |name: &str| root().join("deploy/examples").join(name).display().to_string();
    for words in [
        ["org", "apply", &example("organisation.toml")],
        ["contest", "apply", &example("accounts/net.toml")],
        ["emit", &example("accounts/events.jsonl"), "--timeout=60s"],
    ] {
        dev.run(&words).ends_with(0);
    }
    dev
}

const CONTEST: &str = "accounts-net-2025-08";

/// What the calls are asked about: a value for each field that stands in a path.
const ABOUT: [(&str, &str); 5] = [
    ("contest", CONTEST),
    ("board", "employee"),
    ("participant", "lin"),
    ("id", "lin"),
    ("source", "example-accounts"),
];

/// Everything that `longhu dev` serves.
const SERVICES: [&str; 7] = [
    "longhu.ingest.v1.IngestService",
    "longhu.control.v1.ControlService",
    "longhu.standings.v1.StandingsService",
    "longhu.organisation.v1.OrganisationService",
    "longhu.plan.v1.PlanService",
    "longhu.ops.v1.LogService",
    "longhu.ops.v1.ProjectorService",
];

#[test]
fn every_call_that_only_reads_answers_over_http_as_over_grpc() {
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(folder.path());
    let calendar = "id = \"cn\"
weekend = [6, 7]
";
    // Late entries are those after a seal.
    dev.run(&["contest", "seal", CONTEST, "--force", "--reason", "the calls are compared"]).ends_with(0);
    dev.run(&["calendar", "apply", &file(folder.path(), "calendar.toml", calendar)]).ends_with(0);
    let routes = Routes::of(&SERVICES);
    let mut compared = Vec::new();
    for (method, path, rpc) in routes.listed() {
        if method != "GET" {
            continue;
        }
        let mut request = json!({});
        let mut own = path.to_owned();
        for (name, value) in ABOUT {
            let value = if path.contains("/calendars/") && name == "id" { "cn" } else { value };
            let open = format!("{{{name}}}");
            if own.contains(&open) {
                own = own.replace(&open, value);
                request[name] = json!(value);
            }
        }
        // All ways that a field is written in a query.
        let fields = rpc.input();
        let mut query = Vec::new();
        if fields.get_field_by_name("page_size").is_some() {
            query.push("page_size=2".to_owned());
            request["pageSize"] = json!(2);
        }
        if fields.get_field_by_name("min_position").is_some() {
            query.push("minPosition.sequence=1".to_owned());
            request["minPosition"] = json!({ "sequence": "1" });
        }
        if fields.get_field_by_name("figures").is_some() {
            query.push("figures=true".to_owned());
            request["figures"] = json!(true);
        }
        if fields.get_field_by_name("date").is_some() {
            query.push("date.year=2025&date.month=8&date.day=31".to_owned());
            request["date"] = json!({ "year": 2025, "month": 8, "day": 31 });
        }
        let answer = get(&dev, &format!("{own}?{}", query.join("&")));
        assert_eq!(answer.status, 200, "{own}: {}", answer.body);
        // What the log takes up may grow while nothing is written.
        let without_sizes = |mut value: Value| {
            if let Some(fields) = value.as_object_mut().filter(|_| rpc.name() == "GetLogStatus") {
                fields.retain(|name, _| !name.to_ascii_lowercase().contains("bytes"));
            }
            value
        };
        let expected = over_grpc(&dev.url, &rpc, &request);
        assert_eq!(without_sizes(answer.json()), without_sizes(expected), "{own}");
        compared.push(rpc.name().to_owned());
    }
    assert!(compared.len() >= 12, "only {compared:?}");
}

#[test]
fn events_are_sent_one_or_several_or_a_line_each() {
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(folder.path());
    let event = |id: &str| {
        json!({
            "source": "core", "id": id, "type": "account.opened", "occurredTime": "2025-08-20T10:00:00+08:00",
            "credits": [{ "employee": "he" }], "subject": format!("account-of-{id}"),
        })
    };
    let outcomes = |answer: Answer| {
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["outcomes"].as_array().unwrap().clone()
    };
    let one = outcomes(post(&dev, "/v1/events", &event("1")));
    let several = outcomes(post(&dev, "/v1/events", &json!([event("2"), { "id": "bad" }, event("3")])));
    let whole = outcomes(post(&dev, "/v1/events", &json!({ "events": [event("4")] })));
    let lines = format!("{}\n\n{}\n", event("5"), event("6"));
    let lines =
        outcomes(send(&dev.url, "POST", "/v1/events", "content-type: application/x-ndjson\r\n", &lines));
    for accepted in [&one[0], &several[0], &several[2], &whole[0], &lines[0], &lines[1]] {
        assert!(accepted["accepted"]["position"]["sequence"].is_string(), "{accepted}");
    }
    assert_eq!(several[1]["rejected"]["code"], "MISSING_FIELD");
    assert_eq!((one.len(), several.len(), whole.len(), lines.len()), (1, 3, 1, 2));
    let last = lines[1]["accepted"]["position"].clone();
    let (sequence, index) = (last["sequence"].as_str().unwrap(), last["index"].as_u64().unwrap());
    let path = format!(
        "/v1/contests/{CONTEST}/boards/employee/participants/he?figures=true&minPosition.sequence={sequence}&\
         minPosition.index={index}"
    );
    let he = get(&dev, &path).json();
    // 9 accounts in the example, and these 6.
    assert_eq!(he["row"]["figures"][0]["value"], "15", "{he}");
}

#[test]
fn decisions_are_made_over_http_with_the_contest_in_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(folder.path());
    let path = format!("/v1/contests/{CONTEST}:seal");
    let contradicts = post(&dev, &path, &json!({ "contest": "other", "force": true, "reason": "done" }));
    assert_eq!(
        (contradicts.status, contradicts.reason().as_str()),
        (400, "CONFLICTING_FIELDS"),
        "{}",
        contradicts.body
    );
    let sealed = post(&dev, &path, &json!({ "force": true, "reason": "done" }));
    assert_eq!(sealed.status, 200, "{}", sealed.body);
    let shown = dev.run(&["contest", "show", CONTEST, "-o", "json"]).ends_with(0).json();
    assert!(shown.to_string().contains("done"), "{shown}");
}

#[test]
fn a_bad_request_is_refused_with_its_code_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(folder.path());
    let board = format!("/v1/contests/{CONTEST}/boards/employee");
    let cases: Vec<(&str, String, &str, String, u16, &str)> = vec![
        ("GET", "/v1/nothing".into(), "", String::new(), 404, "UNKNOWN_PATH"),
        ("GET", "/v1/contests/../contests".into(), "", String::new(), 404, "UNKNOWN_PATH"),
        ("GET", "/v1/contests/none".into(), "", String::new(), 404, "CONTEST_NOT_FOUND"),
        ("DELETE", "/v1/contests".into(), "", String::new(), 405, "METHOD_NOT_ALLOWED"),
        ("GET", format!("{board}?pageSize=many"), "", String::new(), 400, "MALFORMED_JSON"),
        ("GET", format!("{board}?pageSize=1&pageSize=2"), "", String::new(), 400, "DUPLICATE_FIELD"),
        ("GET", format!("{board}?size=1"), "", String::new(), 400, "UNKNOWN_FIELD"),
        ("GET", format!("{board}?figures=yes"), "", String::new(), 400, "BAD_VALUE"),
        ("GET", format!("{board}?board=branch"), "", String::new(), 400, "CONFLICTING_FIELDS"),
        ("POST", "/v1/events".into(), "", "{}".into(), 415, "UNSUPPORTED_CONTENT_TYPE"),
        (
            "POST",
            "/v1/events".into(),
            "content-type: text/csv\r\n",
            "a,b".into(),
            415,
            "UNSUPPORTED_CONTENT_TYPE",
        ),
        (
            "POST",
            "/v1/sources".into(),
            "content-type: application/x-ndjson\r\n",
            "{}".into(),
            400,
            "UNSUPPORTED_CONTENT_TYPE",
        ),
        ("POST", "/v1/events".into(), JSON, "{".into(), 400, "MALFORMED_JSON"),
        ("POST", "/v1/events".into(), JSON, "{} {}".into(), 400, "MALFORMED_JSON"),
        ("POST", "/v1/events".into(), JSON, r#"{"events":[],"events":[]}"#.into(), 400, "MALFORMED_JSON"),
        ("POST", "/v1/events".into(), JSON, r#"[{"id":"1","id":"2"}]"#.into(), 400, "MALFORMED_JSON"),
        ("POST", "/v1/events".into(), JSON, r#"[{"id":"1","colour":"2"}]"#.into(), 400, "MALFORMED_JSON"),
        ("POST", "/v1/events".into(), JSON, r#"{"events":[]}"#.into(), 400, "NO_EVENTS"),
        (
            "POST",
            "/v1/events".into(),
            JSON,
            format!("[\"{}\"]", "x".repeat(BODY_BYTES_MAX)),
            400,
            "MESSAGE_TOO_LARGE",
        ),
    ];
    for (method, path, headers, body, status, reason) in cases {
        let answer = send(&dev.url, method, &path, headers, &body);
        assert_eq!(
            (answer.status, answer.reason().as_str()),
            (status, reason),
            "{method} {path}: {}",
            answer.body
        );
        assert!(answer.json()["message"].as_str().unwrap().len() > 20, "{}", answer.body);
        assert!(answer.head.contains("content-type: application/json"), "{}", answer.head);
    }
    let wrong =
        send(&dev.url, "POST", "/v1/events", "content-type: application/x-ndjson\r\n", "{}\n\n{\"id\":1}\n");
    assert!(wrong.json()["message"].as_str().unwrap().contains("line 3"), "{}", wrong.body);
    let allowed = send(&dev.url, "DELETE", "/v1/contests", "", "");
    assert!(allowed.head.contains("allow: get") && allowed.head.contains("allow: post"), "{}", allowed.head);
}

#[test]
fn without_a_token_nothing_is_answered_and_the_body_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let principals = "[[principal]]\nname = \"core\"\ntoken = \"a-token-of-the-core\"\nroles = [\"adapter\"]\n\
                      sources = [\"core\"]\n";
    let principals = file(folder.path(), "principals.toml", principals);
    rustix::fs::chmod(&principals, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
    let dev = Dev::start_with(folder.path(), &["--principals", &principals]);
    let answer = get(&dev, "/v1/contests");
    assert_eq!((answer.status, answer.reason().as_str()), (401, "TOKEN_MISSING"), "{}", answer.body);
    assert!(answer.head.contains("www-authenticate: bearer"), "{}", answer.head);
    // Five megabytes are announced and never sent.
    let announced = format!(
        "POST /v1/events HTTP/1.1\r\nhost: bank\r\nconnection: close\r\ncontent-length: 5000000\r\n{JSON}\r\n["
    );
    assert_eq!(exchange(&dev.url, announced.as_bytes()).status, 401);
    let token = "authorization: Bearer a-token-of-the-core\r\n";
    assert_eq!(send(&dev.url, "GET", "/v1/contests", token, "").status, 200);
    let denied = send(&dev.url, "GET", "/v1/log", token, "");
    assert_eq!((denied.status, denied.reason().as_str()), (403, "ROLE_MISSING"), "{}", denied.body);
}

#[test]
fn the_document_of_all_calls_is_served_and_checked_in() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let served = get(&dev, "/openapi.json").json();
    assert_eq!(served["openapi"], "3.1.0");
    let path = root().join("deploy/docs/openapi.json");
    let now = serde_json::to_string_pretty(&served).unwrap() + "\n";
    if std::env::var_os("LONGHU_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), now, "write it anew with LONGHU_WRITE_GOLDEN=1");
}
