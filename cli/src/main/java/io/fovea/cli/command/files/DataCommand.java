package io.fovea.cli.command.files;

import io.fovea.cli.command.base.CommandGroup;
import io.fovea.cli.command.base.OutputFiles;
import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.DataDirFlag;
import io.fovea.cli.train.flags.DataFlags;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.DataSets;
import io.fovea.data.Images;
import io.fovea.data.augment.Pipeline;
import io.fovea.data.base.DataSplit;
import io.fovea.data.show.SampleSheet;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.file.Table;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea data}: list, fetch, show, check. */
@Command(
    name = "data",
    description = "Data sets: list the named ones, download one, show samples, check photos.",
    subcommands = DataCheckCommand.class)
public final class DataCommand extends CommandGroup {
  /** The most rows or columns of a sheet. */
  private static final int LONGEST_SIDE = 100;

  public DataCommand(Console screen) {
    super(screen);
  }

  @Command(name = "list", description = "Lists the data sets known by name.")
  int list(@Mixin CommonFlags common) {
    List<Listed.Named> sets =
        DataSets.named().stream()
            .map(set -> new Listed.Named(set.name(), set.description(), set.cached()))
            .toList();
    common.show(screen, new Listed(DataSets.cache(), sets), this::print);
    return 0;
  }

  private record Listed(Path cache, List<Named> sets) {
    record Named(String name, String description, boolean cached) {}
  }

  private void print(Listed result) {
    Table table = new Table(3, "name", "here", "what");
    for (Listed.Named set : result.sets) {
      table.row(set.name(), set.cached() ? "yes" : "no", set.description());
    }
    screen.out().print(table);
    screen.println("cache: " + result.cache);
  }

  @Command(
      name = "fetch",
      description = "Downloads a named set into the cache, checked by SHA-256.")
  int fetch(
      @Parameters(paramLabel = "NAME", description = "A name of fovea data list.") String name,
      @Mixin DataDirFlag dataDir,
      @Mixin CommonFlags common)
      throws IOException {
    Path folder = DataSets.fetch(name, dataDir.options(screen));
    common.show(
        screen,
        new Downloaded(name, folder),
        result -> screen.println(result.name + ": " + result.folder));
    return 0;
  }

  private record Downloaded(String name, Path folder) {}

  @Command(
      name = "show",
      description = "Says what a data set has, and draws labelled samples of it as a picture.")
  int show(
      @Parameters(paramLabel = "DATA", description = "As for train.") String data,
      @Option(names = "--out", paramLabel = "FILE.png", description = "Write a sample sheet.")
          @Nullable Path out,
      @Option(
              names = "--test",
              description = "Show the test images instead of the training images.")
          boolean test,
      @Option(
              names = "--seed",
              paramLabel = "N",
              description = "Seed of the choice of samples (default: 42).",
              defaultValue = "42")
          long seed,
      @Option(
              names = "--rows",
              paramLabel = "N",
              description = "Rows of the sheet (default: 8).",
              defaultValue = "8")
          int rows,
      @Option(
              names = "--columns",
              paramLabel = "N",
              description = "Columns of the sheet (default: 12).",
              defaultValue = "12")
          int columns,
      @Option(
              names = "--augment",
              paramLabel = "HOW",
              description =
                  "Show each image unchanged, then as --augment of train changes it in successive epochs.")
          @Nullable String augment,
      @Mixin DataFlags dataFlags,
      @Mixin CommonFlags common)
      throws IOException {
    requireSize(rows, columns);
    if (out != null && !out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new UsageException(
          "--out: expects a file that ends in .png, got \"%s\"".formatted(out));
    }
    Pipeline augmentation = augment == null ? null : TrainFlags.AUGMENT.parse(augment);
    DataSplit split = DataSets.open(data, dataFlags.options(screen, seed));
    if (out != null) {
      requireKept(Path.of(data), split, out);
    }
    Dataset set = test ? split.test() : split.train();
    if (augmentation != null) {
      Settings.requireFit(augmentation, set.shape());
    }
    if (out != null) {
      Images.write(
          augmentation == null
              ? SampleSheet.draw(set, rows, columns, seed)
              : SampleSheet.draw(set, augmentation, rows, columns, seed),
          out);
    }
    Shown shown =
        new Shown(
            split.name(),
            split.train().size(),
            split.test().size(),
            split.train().shape(),
            split.train().classes(),
            Optional.ofNullable(augmentation).map(Augmentation::text),
            Optional.ofNullable(out));
    common.show(
        screen,
        shown,
        result -> {
          print(result);
          if (!split.note().isEmpty()) {
            screen.say(split.note());
          }
          result.sheet.ifPresent(sheet -> screen.println("sheet: " + sheet));
        });
    return 0;
  }

  private record Shown(
      String name,
      int train,
      int test,
      Shape shape,
      List<String> classes,
      Optional<String> augment,
      Optional<Path> sheet) {}

  private void print(Shown result) {
    screen.println(
        String.format(
            Locale.ROOT,
            "%s: %,d training and %,d test images of %s, %d classes",
            result.name,
            result.train,
            result.test,
            result.shape,
            result.classes.size()));
    result.augment.ifPresent(text -> screen.println("augmented by " + text));
  }

  /** Refuses to add a picture to a folder of images, and to overwrite one of a list of files. */
  private static void requireKept(Path data, DataSplit split, Path out) throws IOException {
    if (Files.isDirectory(data)) {
      OutputFiles.requireOutside("--out", out, data);
    } else if (Files.isRegularFile(data) && Files.exists(out)) {
      for (Dataset part : List.of(split.train(), split.test())) {
        for (int n = 0; n < part.size(); n++) {
          Path listed = data.resolveSibling(part.origin(n));
          OutputFiles.requireOther("--out", out, "those in " + data, listed);
        }
      }
    }
  }

  private static void requireSize(int rows, int columns) {
    if (Math.min(rows, columns) < 1 || Math.max(rows, columns) > LONGEST_SIDE) {
      throw new UsageException(
          "--rows and --columns: expect whole numbers from 1 to %d, got %d and %d"
              .formatted(LONGEST_SIDE, rows, columns));
    }
  }
}
