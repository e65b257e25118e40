//! Connections of strangers, within limits: how many, how large and how slow their headers, how long a request may take.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::app::App;
use super::{headers, reply, route, session};
use crate::engine::Failure;

/// The address that a connection comes from.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// So many connections are open at one time.
const CONNECTIONS: usize = 1_000;
/// So many headers a request may have.
const HEADERS: usize = 100;
/// So large all headers of a request may be together, in bytes.
const HEADER_BYTES: usize = 16 << 10;
/// So long a client may take to send its headers.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// So long a client may be silent while it sends a body.
const BODY_TIME: Duration = Duration::from_secs(30);
/// So long requests may go on after the server was asked to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);
/// The largest form or JSON body, in bytes; uploads have a limit of their own.
const BODY: usize = 1 << 20;

/// The whole application: the routes inside what all of them need.
pub fn application(app: App) -> Router {
    route::router(app.clone())
        .layer(from_fn_with_state(app.clone(), reply::dress))
        .layer(from_fn_with_state(app.clone(), session::find))
        .layer(CsrfLayer::new())
        .layer(DefaultBodyLimit::max(BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIME))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app, headers::protect))
}

/// Takes the address.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("{address}: {error}"), "name another address with --listen");
    TcpListener::bind(address).await.map_err(failed)
}

/// Answers until the system asks to stop.
pub async fn listen(listener: TcpListener, app: App) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let application = application(app.clone());
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(asked_to_stop());
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => {
                let Ok(accepted) = accepted else {
                    // Too many open files, or a client that is gone: the next one may have more luck.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                accepted
            },
            () = &mut stop => break,
        };
        let service = TowerToHyperService::new(application.clone().layer(Extension(Peer(peer.ip()))));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .max_headers(HEADERS)
            .max_buf_size(HEADER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _ = connection.await;
            drop(place);
        });
    }
    app.stopping.send_replace(true);
    app.uploads.end();
    let _ = tokio::time::timeout(LAST_REQUESTS, graceful.shutdown()).await;
}

/// Waits until somebody presses Ctrl-C or the system ends the service.
async fn asked_to_stop() {
    let typed = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut ended) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = typed => {},
                _ = ended.recv() => {},
            }
            return;
        }
    }
    let _ = typed.await;
}
