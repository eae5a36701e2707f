package io.fovea.cli.command.files;

import io.fovea.cli.command.base.OutputFiles;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Csv;
import io.fovea.cli.train.flags.DataDirFlag;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.data.Images;
import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageCopies;
import io.fovea.data.show.SampleSheet;
import io.fovea.dataset.Image;
import io.fovea.file.Table;
import io.fovea.format.Models;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.PhotoCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    description = {
      "Looks for copies, also across training and test, for labels that are probably wrong, and for broken and tiny files.",
      "The exit code is 1 if files are broken."
    })
public final class DataCheckCommand extends ScreenCommand {
  /** The copies, doubts and files that are printed; a table has all. */
  private static final int SHOWN = 20;

  /** The doubts and copies of a sheet. */
  private static final int DRAWN = 40;

  @Parameters(paramLabel = "PHOTOS", description = "As DATA of train.")
  private String photos = "";

  @Option(
      names = "--test",
      paramLabel = "DATA",
      description =
          "Test photos of the same classes; all PHOTOS are then training photos (default: those of PHOTOS, or the tenth that train would hold out).")
  private @Nullable String test;

  @Option(
      names = "--pretrained",
      paramLabel = "WHAT",
      description =
          "The network by whose features labels are judged: a name of fovea weights list, or a model file (default: openimages).")
  private String pretrained = PretrainedWeights.OPEN_IMAGES;

  @Option(
      names = "--out",
      paramLabel = "FILE.csv",
      description = "Write a line for each photo, the most doubtful label first.")
  private @Nullable Path out;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description = "Draw the 40 most doubtful labels, and the first 40 copies with the originals.")
  private @Nullable Path sheet;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the folds, and of a held-out test set (default: 42).")
  private long seed = 42;

  @Mixin private final DataDirFlag dataDir = new DataDirFlag();

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  public DataCheckCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    int threads = threadFlags.count(screen);
    requireTarget("--out", out, ".csv");
    requireTarget("--sheet", sheet, ".png");
    DataOptions options = dataDir.options(screen).withSeed(seed);
    Backbone backbone =
        PretrainedWeights.isKnown(pretrained)
            ? Backbone.of(PretrainedWeights.fetch(pretrained, options))
            : Backbone.of(Models.load(Path.of(pretrained)));
    PhotoCheck check = PhotoCheck.of(backbone).seed(seed).threads(threads).options(options);
    PhotoCheck.Report report = test == null ? check.check(photos) : check.check(photos, test);
    if (out != null) {
      OutputFiles.write("data check", out, csv(report));
    }
    if (sheet != null) {
      Images.write(drawn(report), sheet);
    }
    common.show(screen, Checked.of(report), result -> print(report));
    return report.broken().isEmpty() ? 0 : 1;
  }

  private void requireTarget(String flag, @Nullable Path target, String ending) throws IOException {
    if (target == null) {
      return;
    }
    OutputFiles.requireEnding(flag, target, ending);
    for (String data : test == null ? List.of(photos) : List.of(photos, test)) {
      if (Files.isDirectory(Path.of(data))) {
        OutputFiles.requireOutside(flag, target, Path.of(data));
      } else {
        OutputFiles.requireOther(flag, Path.of(data), target);
      }
    }
  }

  private void print(PhotoCheck.Report report) {
    long tests = report.photos().stream().filter(PhotoCheck.Photo::isTest).count();
    int all = report.photos().size();
    screen.println("%,d photos, %,d of them for testing".formatted(all, tests));
    screen.println(
        "copies: %,d, %,d of them across training and test%s"
            .formatted(
                report.copies().size(),
                report.across().size(),
                all > ImageCopies.MOST
                    ? "; equal pixels only, since there are more than %,d photos"
                        .formatted(ImageCopies.MOST)
                    : ""));
    printSome(
        report.copies(),
        new Table(4, "  copy", "of", "kind", "across", "similarity"),
        (copy, table) ->
            table.row(
                "  " + copy.photo().file(),
                copy.original().file(),
                kind(copy),
                copy.isAcross() ? "yes" : "",
                number(copy.similarity())));
    screen.println(
        String.format(
            Locale.ROOT,
            "labels: %,d of %,d doubtful; cross-validation gives %.1f %% of the photos their label",
            report.doubts().size(),
            all,
            100 * report.accuracy()));
    printSome(
        report.doubts(),
        new Table(3, "  photo", "label", "looks like", "probability"),
        (photo, table) ->
            table.row(
                "  " + photo.file(),
                photo.label(),
                photo.likely(),
                number(photo.likelyProbability())));
    screen.println(
        "files: %,d broken, %,d tiny (fewer pixels than 32x32)"
            .formatted(report.broken().size(), report.tiny().size()));
    report.tiny().stream().limit(SHOWN).forEach(file -> screen.println("  tiny: " + file));
    if (out != null) {
      screen.println("table: " + out);
    }
    if (sheet != null) {
      screen.println("sheet: " + sheet);
    }
  }

  private interface Row<T> {
    void add(T element, Table table);
  }

  private <T> void printSome(List<T> all, Table table, Row<T> row) {
    if (!all.isEmpty()) {
      all.stream().limit(SHOWN).forEach(each -> row.add(each, table));
      screen.out().print(table);
      if (all.size() > SHOWN) {
        screen.println("  and %,d more".formatted(all.size() - SHOWN));
      }
    }
  }

  private static String kind(PhotoCheck.Copy copy) {
    return copy.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String part(PhotoCheck.Photo photo) {
    return photo.isTest() ? "test" : "train";
  }

  private static String csv(PhotoCheck.Report report) {
    StringBuilder text =
        new StringBuilder(
            "file,part,label,probability,likely,likely_probability,copy_of,copy_kind,similarity,problem\n");
    Map<PhotoCheck.Photo, PhotoCheck.Copy> copies =
        report.copies().stream()
            .collect(Collectors.toMap(PhotoCheck.Copy::photo, copy -> copy, (one, last) -> last));
    for (PhotoCheck.Photo photo : report.photos()) {
      PhotoCheck.Copy copy = copies.get(photo);
      List<String> fields = new ArrayList<>(List.of(photo.file(), part(photo), photo.label()));
      fields.add(Double.isNaN(photo.probability()) ? "" : number(photo.probability()));
      fields.addAll(List.of(photo.likely(), number(photo.likelyProbability())));
      fields.add(copy == null ? "" : copy.original().file());
      fields.add(copy == null ? "" : kind(copy));
      fields.add(copy == null ? "" : number(copy.similarity()));
      fields.add(report.tiny().contains(photo.file()) ? "tiny" : "");
      text.append(Csv.line(fields));
    }
    for (DataSplit.Skipped broken : report.broken()) {
      text.append(
          Csv.line(List.of(broken.file(), "", "", "", "", "", "", "", "", broken.reason())));
    }
    return text.toString();
  }

  private Image drawn(PhotoCheck.Report report) throws IOException {
    List<SampleSheet.Cell> cells = new ArrayList<>();
    for (PhotoCheck.Photo photo : report.photos().stream().limit(DRAWN).toList()) {
      cells.add(cell(photo, photo.label() + ": " + photo.likely() + "?"));
    }
    for (PhotoCheck.Copy copy : report.copies().stream().limit(DRAWN).toList()) {
      cells.add(cell(copy.photo(), copy.isAcross() ? "copy, across" : "copy"));
      cells.add(cell(copy.original(), "original"));
    }
    return SampleSheet.draw(
        photos,
        "the most doubtful labels (label: looks like), then copies beside their originals",
        cells,
        8);
  }

  private static SampleSheet.Cell cell(PhotoCheck.Photo photo, String caption) {
    return new SampleSheet.Cell(photo.set().image(photo.index()), caption);
  }

  private record Checked(
      int photos,
      double accuracy,
      List<Copied> copies,
      List<Doubtful> doubts,
      List<DataSplit.Skipped> broken,
      List<String> tiny) {
    static Checked of(PhotoCheck.Report report) {
      return new Checked(
          report.photos().size(),
          report.accuracy(),
          report.copies().stream().map(Copied::of).toList(),
          report.doubts().stream().map(Doubtful::of).toList(),
          report.broken(),
          report.tiny());
    }
  }

  private record Copied(String file, String of, String kind, boolean across, double similarity) {
    static Copied of(PhotoCheck.Copy copy) {
      return new Copied(
          copy.photo().file(),
          copy.original().file(),
          DataCheckCommand.kind(copy),
          copy.isAcross(),
          copy.similarity());
    }
  }

  private record Doubtful(
      String file,
      String part,
      String label,
      Optional<Double> probability,
      String likely,
      double likelyProbability) {
    static Doubtful of(PhotoCheck.Photo photo) {
      return new Doubtful(
          photo.file(),
          DataCheckCommand.part(photo),
          photo.label(),
          Optional.of(photo.probability()).filter(p -> !p.isNaN()),
          photo.likely(),
          photo.likelyProbability());
    }
  }
}
