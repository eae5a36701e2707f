package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import module java.base;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The syntax of Java 25, so that the build fails where one of its tools (formatter, size check,
 * compiler plugins) parses with an older grammar, whatever Java Maven runs on.
 */
class NewestSyntaxTest {
  private sealed interface Shape {}

  private record Circle(double radius) implements Shape {}

  private record Rectangle(double width, double height) implements Shape {}

  private static class Positive {
    final double value;

    Positive(double value) {
      if (value <= 0) {
        throw new IllegalArgumentException("got " + value + ", expected a positive number");
      }
      this.value = value;
      super(); // a flexible constructor body: statements before it
    }
  }

  private static String text(@Nullable Object shape) {
    return switch (shape) {
      case Circle(var radius) when radius == 0 -> "a point";
      case Circle(double radius) -> "a circle of radius " + radius;
      case Rectangle(var width, _) -> "a rectangle of width " + width;
      case Integer _ -> "a number";
      case null, default -> "no shape";
    };
  }

  @Test
  void everyToolOfTheBuildReadsIt() {
    int shapes = 0;
    for (Shape _ : List.of(new Circle(0), new Rectangle(3, 4))) {
      shapes++;
    }
    assertThat(shapes).isEqualTo(2);
    assertThat(text(new Circle(0))).isEqualTo("a point");
    assertThat(new Positive(1).value).isEqualTo(1);
  }
}
