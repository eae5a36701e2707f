package io.fovea.cli.train.flags;

import io.fovea.cli.screen.WrongUsage;

/**
 * The value of {@code --backbone-lr}.
 *
 * @param value a learning rate, or a multiple of {@code --lr}
 */
record BackboneRate(double value, boolean isMultiple) {
  static Parser<BackboneRate> parser() {
    return Parser.of(
        "a rate such as 0.0001, or a multiple such as 0.1x",
        text -> {
          boolean isMultiple = text.endsWith("x");
          double value =
              WrongUsage.decimal(isMultiple ? text.substring(0, text.length() - 1) : text);
          if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new Parser.Unexpected("a rate above 0; use --freeze to keep layers unchanged");
          }
          return new BackboneRate(value, isMultiple);
        });
  }

  double multiple(float learningRate) {
    return isMultiple ? value : value / learningRate;
  }
}
