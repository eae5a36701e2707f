package io.fovea.cli.command.machine;

import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.data.DataSets;
import io.fovea.file.PathProblems;
import io.fovea.kernel.KernelCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code fovea doctor}. */
@Command(
    name = "doctor",
    description =
        "Checks what fovea needs: Java, vector lanes, threads, memory, the cache folder; prints each problem with its cure.")
public final class DoctorCommand extends ScreenCommand {
  private static final long ENOUGH_MEMORY = 512L << 20;

  private static final String NEW_CACHE = "set FOVEA_HOME to a folder that may be written";

  public DoctorCommand(Console screen) {
    super(screen);
  }

  /** One checked item; the cure is empty if there is no problem. */
  record Finding(String value, String cure) {}

  private record Health(boolean well, @Json.Inline Map<String, Finding> findings) {}

  @Override
  public Integer call() {
    Map<String, Finding> all = new LinkedHashMap<>();
    all.put("java", java());
    all.put("kernels", kernels());
    all.put("threads", threads());
    all.put("memory", memory());
    all.put("cache", cache());
    all.put("data", sets());
    boolean well = all.values().stream().allMatch(finding -> finding.cure().isEmpty());
    common.show(screen, new Health(well, all), this::print);
    return well ? 0 : 1;
  }

  private void print(Health health) {
    health.findings.forEach(this::print);
    screen.println(health.well ? "no problems" : "see the lines marked ->");
  }

  private void print(String what, Finding finding) {
    screen.out().printf("%-9s %s%n", what, finding.value());
    if (!finding.cure().isEmpty()) {
      screen.out().printf("%-9s -> %s%n", "", finding.cure());
    }
  }

  private static Finding java() {
    String value =
        "%s %s, %s %s"
            .formatted(
                System.getProperty("java.vm.name"),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
    String cure =
        Runtime.version().feature() < 25
            ? "install a JDK of version 25 or newer, and set JAVA_HOME"
            : "";
    return new Finding(value, cure);
  }

  private static Finding kernels() {
    KernelCheck check = KernelCheck.now();
    String value =
        "%s, %d float lanes (%d bits)"
            .formatted(check.kernels().title(), check.lanes(), 32 * check.lanes());
    return new Finding(
        check.problem().isEmpty() ? value : value + ": " + check.problem(), check.cure());
  }

  private static Finding threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new Finding(processors + " processors for this process", "");
  }

  private static Finding memory() {
    long max = Runtime.getRuntime().maxMemory();
    return new Finding(
        "%,d MB of heap at most".formatted(max >> 20),
        max < ENOUGH_MEMORY ? "give Java more: FOVEA_JAVA_OPTS=-Xmx2g" : "");
  }

  private static Finding cache() {
    try {
      return cache(DataSets.cache());
    } catch (UncheckedIOException homeless) {
      return new Finding("this user has no home folder", NEW_CACHE);
    }
  }

  static Finding cache(Path cache) {
    try {
      Files.createDirectories(cache);
      Path probe = Files.createTempFile(cache, ".probe", "");
      Files.delete(probe);
      long free = Files.getFileStore(cache).getUsableSpace();
      return new Finding(
          "%s, %,d MB free".formatted(cache, free >> 20),
          free < (200L << 20)
              ? "free some space, or set FOVEA_HOME to a folder on another disk"
              : "");
    } catch (IOException refused) {
      return new Finding(cache + " cannot be written: " + reason(refused, cache), NEW_CACHE);
    }
  }

  private static String reason(IOException refused, Path cache) {
    if (refused instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (refused instanceof FileAlreadyExistsException) {
      return "it is a file";
    }
    String text = PathProblems.reason(refused);
    String path = cache + ": ";
    return text.startsWith(path) ? text.substring(path.length()) : text;
  }

  private static Finding sets() {
    List<String> here = new ArrayList<>();
    for (DataSets.Listing set : DataSets.named()) {
      here.add(set.name() + (set.cached() ? " (here)" : " (not downloaded)"));
    }
    return new Finding(String.join(", ", here), "");
  }
}
