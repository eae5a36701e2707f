package io.fovea.studio;

import java.io.IOException;

/** Handles the requests to one path. */
@FunctionalInterface
interface Handler {
  /**
   * Handles a request.
   *
   * @throws io.fovea.http.HttpError with a status and a reason for the page
   * @throws InterruptedException if the request times out
   */
  Reply answer(Request request) throws IOException, InterruptedException;
}
