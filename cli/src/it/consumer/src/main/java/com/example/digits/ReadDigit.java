package com.example.digits;

import io.fovea.data.Images;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import java.io.IOException;
import java.nio.file.Path;

/** Prints what a model reads in a picture. Arguments: the model, the picture. */
public final class ReadDigit {
  private ReadDigit() {}

  /** The program. */
  public static void main(String[] arguments) throws IOException {
    try (Classifier digits = Classifier.of(Models.load(Path.of(arguments[0])))) {
      System.out.println(digits.classify(Images.read(Path.of(arguments[1]))).label());
    }
  }
}
