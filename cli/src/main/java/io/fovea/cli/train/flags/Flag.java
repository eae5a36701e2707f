package io.fovea.cli.train.flags;

import io.fovea.cli.screen.UsageException;
import io.fovea.network.RefusedException;
import io.fovea.studio.FormField;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A flag that a run folder's configuration keeps, as text. The help, the configuration, the
 * studio's form and {@code docs/flags.md} are made of it.
 *
 * @param name without the dashes
 * @param label what its value is called; empty for a flag without a value, which is on or off
 * @param usual the text of its default
 * @param group where the help shows it
 * @param parser reads its value
 * @param alone the text that it has when it is given without a value; empty if it needs one
 * @param field its field in the studio's form; empty if pages may not set it
 */
public record Flag<T>(
    String name,
    String label,
    String usual,
    FlagGroup group,
    Parser<T> parser,
    String text,
    Optional<String> alone,
    Optional<FormField> field) {

  boolean isSwitch() {
    return label.isEmpty();
  }

  /**
   * The value of a text.
   *
   * @throws UsageException if it is not one
   */
  public T parse(String value) {
    try {
      return parser.reading().apply(value);
    } catch (Parser.Unexpected wrong) {
      throw wrong(String.valueOf(wrong.getMessage()), value);
    } catch (RefusedException wrong) {
      throw new UsageException(name, wrong.sentence()); // the flag says what refuses
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(name, String.valueOf(wrong.getMessage()));
    }
  }

  UsageException wrong(String expected, String got) {
    return new UsageException(name, "expects %s, got \"%s\"".formatted(expected, got));
  }

  /** A value on a command line; a switch stands alone. */
  List<String> arguments(String value) {
    if (isSwitch()) {
      return value.equals("on") ? List.of("--" + name) : List.of();
    }
    return List.of("--" + name, value);
  }

  /** For picocli, as text. */
  OptionSpec option() {
    OptionSpec.Builder option = OptionSpec.builder("--" + name).description(text);
    if (isSwitch()) {
      return option.type(boolean.class).build();
    }
    option.paramLabel(label).type(String.class).arity("1");
    alone.ifPresent(value -> option.arity("0..1").fallbackValue(value));
    return option.build();
  }
}
