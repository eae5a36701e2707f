package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.picture.ImageEntry;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A list of image files with their classes: a CSV file in UTF-8 (RFC 4180) with a line {@code
 * file,label} or {@code file,label,split} for each. Paths start from the folder of the list; split
 * is train or test. If a label of the list has a semicolon, as in {@code cat;dog}, classes do not
 * exclude each other: labels are split there, and an empty one means none of the classes. A first
 * line with the names of the columns may define another order and further columns. Classes are in
 * order of names, images in order of lines.
 */
public final class Manifest {
  private static final Set<String> FILE = Set.of("file", "filename", "path", "image");
  private static final Set<String> LABEL = Set.of("label", "class", "category");
  private static final Set<String> SPLIT = Set.of("split", "subset");
  private static final String FORM = "file,label or file,label,split";

  private final Path csv;
  private final DataOptions options;
  private final String name;
  private final List<Row> rows = new ArrayList<>();

  private record Row(int line, String file, List<String> labels, boolean isTest, String group) {}

  private record Columns(int file, int label, int split, int group) {
    int needed() {
      return Math.max(file, label) + 1;
    }

    String label(CsvLines.Line line) {
      return label < line.fields().size() ? line.fields().get(label) : "";
    }
  }

  private Manifest(Path csv, DataOptions options) {
    this.csv = csv;
    this.options = options;
    this.name = String.valueOf(csv.getFileName()).replaceFirst("(?i)\\.csv$", "");
  }

  /** Whether a path is that of a list, by its extension. */
  public static boolean matches(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".csv") && Files.isRegularFile(path);
  }

  public static DataSplit open(Path csv, DataOptions options) throws DataException {
    Manifest manifest = new Manifest(csv, options);
    manifest.read();
    return manifest.split();
  }

  private DataException wrong(int line, String what) {
    return new DataException(place(line) + ": " + what);
  }

  private String place(int line) {
    return "manifest " + csv + ", line " + line;
  }

  /** The text of a file in UTF-8, without a byte order mark. */
  static String utf8(Path file) throws IOException {
    String text = Files.readString(file);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private String text() throws DataException {
    try {
      return utf8(csv);
    } catch (CharacterCodingException invalid) {
      throw new DataException(
          "manifest " + csv + ": expects text in UTF-8, got other bytes; save it as UTF-8",
          invalid);
    } catch (IOException failure) {
      throw DataException.of("manifest " + csv + ": cannot be read", failure, "");
    }
  }

  private void read() throws DataException {
    List<CsvLines.Line> lines =
        CsvLines.of(
            text(),
            line ->
                wrong(
                    line,
                    "a quoted field has no end; close it with \", and write \" in it as \"\""));
    if (lines.isEmpty()) {
      throw new DataException(
          "manifest " + csv + ": expects a line " + FORM + " for each image, got none");
    }
    CsvLines.Line first = lines.getFirst();
    Optional<Columns> header = header(first);
    Columns columns = header.orElse(new Columns(0, 1, 2, -1));
    List<CsvLines.Line> images = lines.subList(header.isPresent() ? 1 : 0, lines.size());
    boolean isMultiLabel = images.stream().anyMatch(line -> columns.label(line).contains(";"));
    for (CsvLines.Line line : images) {
      rows.add(row(line, columns, isMultiLabel));
    }
    if (rows.isEmpty()) {
      throw new DataException(
          "manifest " + csv + ": expects lines below its first one, which names columns, got none");
    }
    if (header.isEmpty() && rows.size() > 1 && !exists(rows.getFirst())) {
      throw wrong(
          first.number(),
          "there is no file \"%s\"; if the line names the columns, call them file, label and perhaps split"
              .formatted(rows.getFirst().file()));
    }
  }

  private boolean exists(Row row) throws DataException {
    return Files.exists(path(row));
  }

  private Optional<Columns> header(CsvLines.Line line) throws DataException {
    int file = -1;
    int label = -1;
    int split = -1;
    for (int i = line.fields().size() - 1; i >= 0; i--) {
      String title = line.fields().get(i).toLowerCase(Locale.ROOT);
      file = FILE.contains(title) ? i : file;
      label = LABEL.contains(title) ? i : label;
      split = SPLIT.contains(title) ? i : split;
    }
    if (file < 0) {
      return Optional.empty();
    }
    if (label < 0) {
      throw wrong(
          line.number(),
          "expects columns named file and label, and perhaps split, got \"%s\"; add the column label"
              .formatted(String.join(",", line.fields())));
    }
    List<String> titles = line.fields();
    int group = options.groupBy().map(titles::indexOf).orElse(-1);
    return Optional.of(new Columns(file, label, split, group));
  }

  private Row row(CsvLines.Line line, Columns columns, boolean isMultiLabel) throws DataException {
    List<String> fields = line.fields();
    if (fields.size() < columns.needed()) {
      String joined = String.join(",", fields);
      String cure =
          joined.contains(";") || joined.contains("\t")
              ? "separate the fields by commas"
              : "add the label";
      throw wrong(line.number(), "expects %s, got \"%s\"; %s".formatted(FORM, joined, cure));
    }
    String file = fields.get(columns.file());
    String label = columns.label(line);
    if (file.isEmpty() || (label.isEmpty() && !isMultiLabel)) {
      throw wrong(
          line.number(),
          "expects %s, got an empty %s; fill it in, or remove the line"
              .formatted(FORM, file.isEmpty() ? "file" : "label"));
    }
    boolean hasSplit = columns.split() >= 0 && columns.split() < fields.size();
    boolean isTest = hasSplit && isTest(line.number(), fields.get(columns.split()));
    String group =
        columns.group() < 0
            ? GroupNames.of(options, file.replace('\\', '/'), "")
            : columns.group() < fields.size() ? fields.get(columns.group()) : "";
    List<String> labels = isMultiLabel ? labels(line.number(), label) : List.of(label);
    return new Row(line.number(), file, labels, isTest, group);
  }

  private List<String> labels(int line, String text) throws DataException {
    List<String> labels = new ArrayList<>();
    for (String label : text.isEmpty() ? new String[0] : text.split(";", -1)) {
      String own = label.strip();
      if (own.isEmpty() || labels.contains(own)) {
        throw wrong(
            line,
            "label: expects names with ; between them, each once, got \"%s\"; remove %s"
                .formatted(text, own.isEmpty() ? "the ; too many" : "one \"" + own + "\""));
      }
      labels.add(own);
    }
    return labels;
  }

  private boolean isTest(int line, String split) throws DataException {
    return switch (split.toLowerCase(Locale.ROOT)) {
      case "train" -> false;
      case "test" -> true;
      default ->
          throw new DataException(
              "%s: split: expects train or test, got \"%s\"; images to validate by are train images, of which a training takes a share"
                  .formatted(place(line), split),
              null,
              DataException.Cure.VALIDATION);
    };
  }

  private DataSplit split() throws DataException {
    Set<String> classes = new TreeSet<>();
    Set<String> learned = new HashSet<>();
    for (Row row : rows) {
      classes.addAll(row.labels());
      if (!row.isTest()) {
        learned.addAll(row.labels());
      }
    }
    if (classes.size() < 2) {
      throw new DataException(
          "manifest %s: expects at least two classes, got only \"%s\"; check the column label"
              .formatted(csv, classes.iterator().next()));
    }
    if (!learned.containsAll(classes)) {
      Set<String> others = new TreeSet<>(classes);
      others.removeAll(learned);
      throw new DataException(
          "manifest %s: expects train images of every class, got none of %s; add some"
              .formatted(csv, String.join(", ", others)));
    }
    List<String> names = List.copyOf(classes);
    List<ImageEntry> train = new ArrayList<>();
    List<ImageEntry> test = new ArrayList<>();
    for (Row row : rows) {
      List<ImageEntry> part = row.isTest() ? test : train;
      List<Integer> labels = row.labels().stream().map(names::indexOf).toList();
      part.add(new ImageEntry(path(row), row.file(), labels, row.group(), place(row.line())));
    }
    if (test.isEmpty()) {
      return FileSets.open(
          name, new LabelledFiles(name, names, train), Optional.empty(), options, List.of());
    }
    return FileSets.open(
        name,
        new LabelledFiles(name + " train", names, train),
        Optional.of(new LabelledFiles(name + " test", names, test)),
        options,
        List.of());
  }

  private Path path(Row row) throws DataException {
    try {
      return csv.toAbsolutePath().resolveSibling(row.file());
    } catch (InvalidPathException invalid) {
      throw wrong(row.line(), "\"%s\" is no path: %s".formatted(row.file(), invalid.getReason()));
    }
  }
}
