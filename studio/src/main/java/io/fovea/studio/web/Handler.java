package io.fovea.studio.web;

import java.io.IOException;

@FunctionalInterface
public interface Handler {
  /**
   * Handles a request.
   *
   * @throws io.fovea.http.HttpError with a status and a reason for the page
   * @throws InterruptedException if the request times out
   */
  Reply answer(Request request) throws IOException, InterruptedException;
}
