//! A window with nothing in it, which the app's start is measured against.
//!
//! The same shell, the same web view and the same size, and a page that only
//! says when it has been painted. `cargo xtask bench start` runs it in turn
//! with the app; nothing else uses it.

#![forbid(unsafe_code)]

use std::io::Write;

use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

/// The second frame after the first is the one that shows it.
const PAGE: &str = "<!doctype html><title>Empty</title><p>Empty</p><script>\
    requestAnimationFrame(() => requestAnimationFrame(() => fetch('/painted')))</script>";

fn main() -> anyhow::Result<()> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_context, request| {
            if request.uri().path() == "/painted" {
                // Whoever measures has stopped listening, or has not: the window does not care.
                let _unheard = writeln!(std::io::stdout(), "painted");
            }
            Response::builder()
                .header("content-type", "text/html")
                .body(PAGE.as_bytes().to_vec())
                .unwrap_or_default()
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("empty://localhost/".parse()?);
            WebviewWindowBuilder::new(app, "main", page)
                .title("Empty")
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
