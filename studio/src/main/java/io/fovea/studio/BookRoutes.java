package io.fovea.studio;

import io.fovea.http.Refusal;
import io.fovea.http.Router;
import io.fovea.studio.inside.Book;

/** The book's chapters as pages, under {@code /book}. */
final class BookRoutes implements Routes {
  private final Book book = new Book();

  @Override
  public void register(Router<Handler> router) {
    router.get(
        "/book/{chapter}",
        request ->
            Reply.text(
                "text/html; charset=utf-8",
                book.page(request.segment("chapter"))
                    .orElseThrow(
                        () ->
                            new Refusal(404, "book: there is no such chapter; see /book/README"))));
  }
}
