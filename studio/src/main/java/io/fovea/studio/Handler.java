package io.fovea.studio;

import java.io.IOException;

/** Answers the requests to one address. */
@FunctionalInterface
interface Handler {
  /**
   * The answer.
   *
   * @throws io.fovea.http.Refusal with a status and a reason that the page shows
   * @throws InterruptedException if the request's time is over
   */
  Reply answer(Request request) throws IOException, InterruptedException;
}
