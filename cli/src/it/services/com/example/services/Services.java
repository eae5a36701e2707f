package com.example.services;

import io.fovea.format.Models;
import io.fovea.serve.PredictionServer;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.Transfer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Trains on photos, or serves a model until the end of its input.
 *
 * <pre>
 * fit BACKBONE PHOTOS MODEL
 * serve MODEL
 * </pre>
 */
public final class Services {
  private Services() {}

  /** The program. */
  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("fit")) {
      Backbone backbone = Backbone.of(Models.load(Path.of(arguments[1])));
      Transfer.Result result =
          Transfer.of(backbone).epochs(2).fit(backbone.open(arguments[2]).train());
      Models.write(result.network(), Path.of(arguments[3]));
      return;
    }
    try (PredictionServer server = PredictionServer.of(Path.of(arguments[1])).port(0).start()) {
      System.out.println(server.url());
      System.in.read();
    }
  }
}
