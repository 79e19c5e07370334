//! A body that ends early with a refusal when its caller is no longer granted what it has open.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::HeaderMap;
use http_body::{Body as _, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use crate::principals::Grant;

/// Whose body it is.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    /// What the caller sends: the handler gets the refusal.
    Request,
    /// What it is answered: the refusal is the end of the answer.
    Response,
}

/// A body, and when it ends at the latest.
pub(crate) struct Ending {
    body: Body,
    side: Side,
    /// `None` once it has ended.
    end: Option<BoxFuture<'static, Status>>,
}

impl Ending {
    pub(crate) fn new(body: Body, side: Side, grant: Grant) -> Ending {
        // Nothing has to be watched if everything was said already.
        let end = (!body.is_end_stream()).then(|| Box::pin(grant.ended()) as BoxFuture<'static, Status>);
        Ending { body, side, end }
    }
}

impl http_body::Body for Ending {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(end) = &mut self.end else { return Poll::Ready(None) };
        if let Poll::Ready(status) = end.as_mut().poll(cx) {
            self.end = None;
            self.body = Body::empty();
            return Poll::Ready(Some(match self.side {
                Side::Request => Err(status),
                Side::Response => Ok(Frame::trailers(trailers(&status))),
            }));
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.end.is_none() || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn trailers(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    // A status made here has valid headers. If adding them failed, the answer would end without a status, which every
    // client takes for a failure.
    let _ = status.add_header(&mut trailers);
    trailers
}
