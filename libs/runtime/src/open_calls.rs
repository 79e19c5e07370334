//! How many calls are open. A process that ends waits for calls, and not for connections: one on which nobody
//! says anything may stay open for ever.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use tokio::sync::watch;
use tower::{Layer, Service};

/// Counts the open calls of a server.
#[derive(Clone, Debug)]
pub struct OpenCalls {
    count: Arc<watch::Sender<usize>>,
}

impl OpenCalls {
    /// None.
    pub fn new() -> OpenCalls {
        OpenCalls { count: Arc::new(watch::Sender::new(0)) }
    }

    /// Waits until no call is open.
    pub async fn none(&self) {
        // The sender lives as long as this does.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn open(&self) -> OpenCall {
        self.count.send_modify(|count| *count += 1);
        OpenCall(self.count.clone())
    }
}

/// An open call, until it is dropped.
#[derive(Debug)]
struct OpenCall(Arc<watch::Sender<usize>>);

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl<S> Layer<S> for OpenCalls {
    type Service = WithOpenCalls<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WithOpenCalls { inner, calls: self.clone() }
    }
}

/// A service whose calls are counted.
#[derive(Clone, Debug)]
pub struct WithOpenCalls<S> {
    inner: S,
    calls: OpenCalls,
}

impl<S, In, Out> Service<Request<In>> for WithOpenCalls<S>
where
    S: Service<Request<In>, Response = Response<Out>>,
    S::Future: Send + 'static,
{
    type Response = Response<CountedBody<Out>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<In>) -> Self::Future {
        let (open, answer) = (self.calls.open(), self.inner.call(request));
        Box::pin(async move { Ok(answer.await?.map(|body| CountedBody { body, _open: open })) })
    }
}

/// The body of an answer. The call is open until it is sent or dropped.
#[derive(Debug)]
pub struct CountedBody<B> {
    body: B,
    _open: OpenCall,
}

impl<B: Body + Unpin> Body for CountedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
