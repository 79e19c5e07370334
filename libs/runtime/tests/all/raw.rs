//! Calls with hand-made bytes, as a careless client sends them. It never looks at an answer's message. The tests of ingest
//! use this file, too.

use bytes::{Buf, BufMut};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Request, Status};

/// Sends bytes as they are and reads no answer.
#[derive(Clone, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = ();
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

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        buffer.advance(buffer.remaining());
        Ok(Some(()))
    }
}

/// Sends one message of these bytes, with a token if there is one, and waits for the first answer.
pub async fn send(
    channel: &Channel,
    method: &'static str,
    message: Vec<u8>,
    token: Option<&str>,
) -> Result<(), Status> {
    let mut metadata = MetadataMap::new();
    if let Some(token) = token {
        metadata.insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    send_with(channel, method, message, metadata).await
}

/// The same with any metadata.
pub async fn send_with(
    channel: &Channel,
    method: &'static str,
    message: Vec<u8>,
    metadata: MetadataMap,
) -> Result<(), Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::from_error(error.into()))?;
    let mut request = Request::new(tokio_stream::once(message));
    *request.metadata_mut() = metadata;
    let mut answers = client.streaming(request, PathAndQuery::from_static(method), Raw).await?.into_inner();
    answers.message().await?;
    Ok(())
}
