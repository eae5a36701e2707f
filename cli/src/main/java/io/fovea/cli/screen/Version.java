package io.fovea.cli.screen;

import io.fovea.serve.PredictionServer;
import picocli.CommandLine.IVersionProvider;

/** The version of the command line and of the Java it runs on. */
public final class Version implements IVersionProvider {
  public static final String FOVEA = PredictionServer.VERSION;

  @Override
  public String[] getVersion() {
    return new String[] {"fovea " + FOVEA + " on Java " + Runtime.version()};
  }
}
