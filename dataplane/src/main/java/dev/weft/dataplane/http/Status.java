package dev.weft.dataplane.http;

import java.nio.charset.StandardCharsets;

/** Status codes and their usual phrases. Any thread. */
final class Status {
    private static final byte[][] LINES = new byte[600][];

    private Status() {}

    /** The status line with its line end. */
    static byte[] line(int code) {
        if (code < 100 || code > 599) {
            throw new IllegalArgumentException("status: " + code + " (expected: 100 to 599)");
        }
        byte[] line = LINES[code];
        if (line == null) {
            line =
                    ("HTTP/1.1 " + code + " " + phrase(code) + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII);
            LINES[code] = line;
        }
        return line;
    }

    public static String phrase(int code) {
        return switch (code) {
            case 100 -> "Continue";
            case 101 -> "Switching Protocols";
            case 103 -> "Early Hints";
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 206 -> "Partial Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 411 -> "Length Required";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 422 -> "Unprocessable Content";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            case 507 -> "Insufficient Storage";
            case 508 -> "Loop Detected";
            default -> code < 400 ? "OK" : "Error";
        };
    }
}
