package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The hook for commit messages, and the titles of the commits since there is one. */
@DisabledOnOs(OS.WINDOWS)
class CommitMessageTest {
  private static final String HOOK = ".githooks/commit-msg";

  /** How many of the latest titles are checked. */
  private static final int TITLES = 30;

  @TempDir Path folder;

  private record Result(int exit, String output) {}

  /** Runs a program in the project's folder. */
  private static Result run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("..").toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output.strip());
  }

  private Result hook(String message) throws IOException, InterruptedException {
    Path file = folder.resolve("message");
    Files.writeString(file, message);
    return run("sh", HOOK, file.toString());
  }

  private void assertRefused(String message, String reason)
      throws IOException, InterruptedException {
    Path file = folder.resolve("message");
    assertThat(hook(message))
        .isEqualTo(
            new Result(
                1,
                "commit-msg: %s\ncommit-msg: the message is kept in %s; git commit -eF %s goes on with it"
                    .formatted(reason, file, file)));
  }

  @Test
  void hook_accepts_whatFits() throws Exception {
    List<String> messages =
        List.of(
            "Add a layer\n",
            "Add a layer",
            "Add a layer\n\nIt was missing.\n",
            "\n\nAdd a layer\n# a comment of the editor's\n",
            "x".repeat(72),
            "Merge branch " + "x".repeat(72),
            "fixup! " + "x".repeat(72));
    for (String message : messages) {
      assertThat(hook(message)).as(message).isEqualTo(new Result(0, ""));
    }
  }

  @Test
  void hook_refuses_otherMessages_errorNamesTheCure() throws Exception {
    String empty = "the title is empty; say in one line, as an order, what the commit changes";
    assertRefused("", empty);
    assertRefused(" \n# comment\n", empty);
    assertRefused(
        "x".repeat(73),
        "the title has 73 characters, at most 72 are allowed; move the reason into the body");
    assertRefused("Add a layer.\n", "the title ends with a period; leave it out");
    assertRefused(
        "Add a layer\nIt was missing.\n",
        "the second line is not empty; put an empty line between title and body");
  }

  /**
   * The newest titles since the commit that brought the hook. A shallow clone has some of them;
   * what was unpacked from an archive, or lies beside no git, has none.
   */
  private static List<String> titles() throws IOException, InterruptedException {
    if (!Files.exists(Path.of("..", ".git"))) {
      return List.of();
    }
    Result added;
    try {
      added = run("git", "log", "--diff-filter=A", "--format=%H", "--", HOOK);
    } catch (IOException noGit) {
      return List.of();
    }
    if (added.exit() != 0 || added.output().isEmpty()) {
      return List.of();
    }
    String first = added.output().lines().toList().getLast();
    Result log =
        run("git", "log", "--no-merges", "--format=%s", "-n", "" + TITLES, first + "..HEAD");
    return log.exit() == 0 ? log.output().lines().toList() : List.of();
  }

  @Test
  void titles_sinceThereIsAHook_fit() throws Exception {
    List<String> titles = titles();
    assumeThat(titles).as("commits since there is a hook").isNotEmpty();
    List<String> refused = new ArrayList<>();
    for (String title : titles) {
      if (hook(title).exit() != 0) {
        refused.add(title);
      }
    }
    assertThat(refused).isEmpty();
  }
}
