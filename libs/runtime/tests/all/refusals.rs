//! How a real tonic server answers calls that never reach a handler: every refusal has one ErrorInfo.

use longhu_runtime::Principals;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::certificates::write_private;
use crate::raw::send;
use crate::server::start;

const UNARY: &str = "/longhu.ingest.v1.IngestService/IngestEvents";
const STREAM: &str = "/longhu.ingest.v1.IngestService/StreamEvents";
/// `events { source: <one byte that is not UTF-8> }`.
const NOT_UTF8: [u8; 5] = [0x0a, 0x03, 0x0a, 0x01, 0xff];
/// A field whose length is greater than the rest of the message.
const CUT_OFF: [u8; 2] = [0x0a, 0x7f];

fn reason(status: &Status) -> String {
    status.get_details_error_info().map_or(format!("no ErrorInfo in {status:?}"), |info| info.reason)
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_message_are_invalid_arguments_with_their_code() {
    let running = start(Principals::local("me")).await;
    let channel = running.connect().await;
    for method in [UNARY, STREAM] {
        let cases = [
            (vec![0u8; 5 << 20], "MESSAGE_TOO_LARGE"),
            (NOT_UTF8.to_vec(), "INVALID_UTF8"),
            (CUT_OFF.to_vec(), "MALFORMED_MESSAGE"),
        ];
        for (message, code) in cases {
            let status = send(&channel, method, message, None).await.unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument, "{method} {code} {status:?}");
            assert_eq!(reason(&status), code, "{method}");
            assert_eq!(
                status
                    .get_error_details_vec()
                    .iter()
                    .filter(|d| matches!(d, tonic_types::ErrorDetail::ErrorInfo(_)))
                    .count(),
                1
            );
        }
        send(&channel, method, Vec::new(), None).await.unwrap();
    }
    let unknown = send(&channel, "/longhu.ingest.v1.IngestService/Nothing", vec![], None).await.unwrap_err();
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::Unimplemented, "UNKNOWN_METHOD"));
    drop(channel);
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_known_tokens_with_the_right_role_pass_and_health_needs_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("principals.toml");
    let text = "[[principal]]\nname = \"cards\"\ntoken = \"cards-0123456789\"\nroles = [\"adapter\"]\n\
                [[principal]]\nname = \"wall\"\ntoken = \"wall-01234567890\"\nroles = [\"viewer\"]\n";
    write_private(&path, text);
    let running = start(Principals::from_file(&path).unwrap()).await;
    let channel = running.connect().await;
    send(&channel, UNARY, vec![], Some("cards-0123456789")).await.unwrap();
    let refused = |token| {
        let channel = channel.clone();
        async move {
            let status = send(&channel, UNARY, vec![], token).await.unwrap_err();
            (status.code(), reason(&status))
        }
    };
    assert_eq!(refused(None).await, (Code::Unauthenticated, "TOKEN_MISSING".to_owned()));
    assert_eq!(refused(Some("nonsense")).await, (Code::Unauthenticated, "TOKEN_UNKNOWN".to_owned()));
    assert_eq!(refused(Some("wall-01234567890")).await, (Code::PermissionDenied, "ROLE_MISSING".to_owned()));
    send(&channel, "/grpc.health.v1.Health/Check", vec![], None).await.unwrap();
    for version in ["v1", "v1alpha"] {
        let method = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        // list_services: ""
        send(&channel, method.leak(), vec![0x3a, 0x00], None).await.unwrap();
    }
    drop(channel);
    running.end().await;
}
