/**
 * Requests and replies: each page's {@code Routes} adds a {@code Handler} for its paths, which
 * turns a {@code Request} into a {@code Reply}; {@code EventStream} writes server-sent events.
 * {@code Assets} are the files in the jar; {@code Book} has the pages that {@code build/Book.java}
 * has made of the chapters, and searches them; {@code LruCache} keeps what was used last.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio.web;
