package io.fovea.cli.train.flags;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.studio.FormField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * docs/flags.md is the table of flags; {@code -Dtest=FlagPageTest -Dfigures=write} writes it anew.
 */
class FlagPageTest {
  private static final Path PAGE = Path.of("../docs/flags.md");

  @Test
  void page_isTheTable() throws IOException {
    if ("write".equals(System.getProperty("figures"))) {
      Files.writeString(PAGE, page());
    }
    assertThat(PAGE).content().as("-Dtest=FlagPageTest -Dfigures=write").isEqualTo(page());
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # The flags of a run

            Read this to look up a flag of `fovea train` or `spark-train`. These flags define a run: config.json keeps them by
            name. `fovea train --help` has them too, with the options that say where a run is written and how it is watched. This
            page is made from the table in the program.
            """);
    for (FlagGroup group : FlagGroup.values()) {
      page.append("\n## %s\n\n".formatted(group.heading()));
      page.append("| flag | in the studio | meaning |\n|---|---|---|\n");
      TrainFlags.TABLE.flags().stream()
          .filter(flag -> flag.group() == group)
          .forEach(flag -> page.append(row(flag)));
    }
    return page.toString();
  }

  private static String row(Flag<?> flag) {
    String label = flag.isSwitch() ? "" : " " + flag.label().replace("|", "\\|");
    return "| `--%s%s` | %s | %s |\n"
        .formatted(
            flag.name(),
            label,
            flag.field().map(FormField::title).orElse(""),
            flag.text().replaceAll("([|*_<])", "\\\\$1"));
  }
}
