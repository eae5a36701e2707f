package io.fovea.cli.train.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.cli.screen.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SweepRunTest {
  private static String name(String value) {
    return SweepRun.in(Path.of("s"), Map.of("freeze", value)).folder().getFileName().toString();
  }

  @Test
  void in_valuesThatFolderNamesCannotHave_haveFoldersOfTheirOwn() {
    String much = "conv1".repeat(30);
    List<String> values =
        List.of("conv1*", "conv1?*", "conv1-", "ä", "ö", "-", much, much + "0", much + "1");
    assertThat(Stream.of("conv1-", "-", "0.1").map(SweepRunTest::name))
        .as("as ever, so that sweeps go on")
        .containsExactly("freeze=conv1-", "freeze=-", "freeze=0.1");
    assertThat(values.stream().map(SweepRunTest::name)).doesNotHaveDuplicates();
    assertThat(name("conv1*")).matches("freeze=conv1--[0-9a-f]{12}");
    assertThat(name(much)).hasSize(133);
  }

  @Test
  void requireOwnFolders_oneFolderForTwoRuns_isRefused() {
    SweepRun one = SweepRun.in(Path.of("s"), Map.of("freeze", "a*"));
    SweepRun other =
        SweepRun.in(Path.of("s"), Map.of("freeze", name("a*").substring("freeze=".length())));
    assertThatThrownBy(() -> SweepRun.requireOwnFolders(List.of(one, other)))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "sweep: expects a folder for each run, got %s for both freeze a* and %s; sweep one of them with another --out",
            one.folder(), other.text());
  }
}
