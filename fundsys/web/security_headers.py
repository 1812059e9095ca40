"""The security headers every answer carries, errors included. Source: reliability of the house, controls 3.4 and 14.3."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}

A_YEAR = "public, max-age=31536000, immutable"
KEEP_NOTHING = "no-store"


def add_headers(response: Response) -> Response:
    """Set the headers, replacing what a view may have set; pages are never stored, dated static files are kept."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    if request.is_secure:
        response.headers.update(HTTPS_ONLY)
    dated = request.endpoint == "static" and "v" in request.args and response.status_code in (200, 206, 304)
    response.headers["Cache-Control"] = A_YEAR if dated else KEEP_NOTHING
    return response


def register(app: Flask) -> None:
    """Put the headers on every answer of the application."""
    app.after_request(add_headers)
