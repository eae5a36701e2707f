package io.fovea.studio.web;

import io.fovea.http.HttpError;
import io.fovea.http.Router;
import java.io.IOException;

/** The book under {@code /book}: contents, chapters, figures and search. */
public final class BookRoutes implements Routes {
  private static final String PAGE = "text/html; charset=utf-8";

  private final Book book = new Book();

  @Override
  public void register(Router<Handler> router) {
    router.get("/book", this::contents);
    router.get("/book/", this::contents);
    router.get("/book/{chapter}", request -> chapter(request.segment("chapter")));
    router.get("/book/images/{image}", this::image);
  }

  private Reply contents(Request request) throws IOException {
    String words = request.query("q").orElse("");
    return words.isBlank() ? chapter("README") : Reply.text(PAGE, book.search(words));
  }

  private Reply chapter(String name) throws IOException {
    return new Reply.Whole(
        200,
        PAGE,
        book.page(name)
            .orElseThrow(
                () -> new HttpError(404, "book: there is no such chapter; see /book for all")));
  }

  private Reply image(Request request) throws IOException {
    return new Reply.Whole(
        200,
        "image/svg+xml",
        book.image(request.segment("image"))
            .orElseThrow(() -> new HttpError(404, "book: there is no such figure; see /book")));
  }
}
