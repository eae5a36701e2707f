package io.fovea.format.onnx;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The files in the test resources, onnx/: fixtures.py has written them. */
public final class Fixtures {
  private Fixtures() {}

  /** One of them. */
  public static Path file(String name) {
    URL found = Fixtures.class.getResource("/onnx/" + name);
    if (found == null) {
      throw new IllegalArgumentException("no test resource onnx/" + name);
    }
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
