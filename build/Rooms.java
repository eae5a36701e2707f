import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Numbers that a file allows, a name and a number a line: lines of code in {@code build/rooms.txt},
 * what users meet in {@code build/surface.txt}.
 */
class Rooms {
  private static final String TESTS = "tests";
  private static final String TOTAL = "total";
  private static final List<String> HAND_SET = List.of(TESTS, TOTAL);

  private final Path file;
  private final List<String> head = new ArrayList<>();
  private final Map<String, Integer> most = new LinkedHashMap<>();
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  private Rooms(Path file) throws IOException {
    this.file = file;
    for (String line : Files.readAllLines(file)) {
      String[] words = line.strip().split("\\s+");
      if (line.startsWith("#")) {
        head.add(line);
      } else if (words.length == 2 && words[1].matches("\\d{1,9}")) {
        most.put(words[0], Integer.parseInt(words[1]));
      } else {
        throw new IOException("rooms: got '" + line + "' in " + file + ", expected: NAME NUMBER");
      }
    }
  }

  /**
   * Counts what both files name.
   *
   * @param write whether the files get what there is: rooms 1.5 % more, no number of the surface
   *     more than it has; those of tests and of all code stay, which change by hand only
   * @return a line for each number above the one that is allowed
   */
  static List<String> faults(Path project, boolean write) throws IOException {
    Rooms rooms = new Rooms(project.resolve("build/rooms.txt"));
    rooms.countLines(project);
    rooms.print();
    Rooms surface = new Rooms(project.resolve("build/surface.txt"));
    surface.countSurface(project);
    if (write) {
      rooms.write(1.015);
      surface.write(1);
      return List.of();
    }
    List<String> faults = new ArrayList<>(rooms.judged());
    faults.addAll(surface.judged());
    return faults;
  }

  private void countLines(Path project) throws IOException {
    most.keySet().forEach(name -> counts.put(name, 0));
    TreeSet<String> without = new TreeSet<>();
    for (Path source : CodeLines.files(project)) {
      String place = project.relativize(source).toString().replace('\\', '/');
      int lines = CodeLines.of(source);
      if (place.contains("/test/")) {
        counts.merge(TESTS, lines, Integer::sum);
      } else if (place.contains("/")) {
        counts.merge(TOTAL, lines, Integer::sum);
        List<String> rooms =
            most.keySet().stream().filter(room -> place.startsWith(room + "/")).toList();
        rooms.forEach(room -> counts.merge(room, lines, Integer::sum));
        if (rooms.isEmpty()) {
          without.add(place.substring(0, place.indexOf('/')));
        }
      }
    }
    without.forEach(room -> faults.add(room + ": holds main code, expected a line in " + file));
    counts.forEach(
        (name, lines) -> {
          if (lines == 0 && !HAND_SET.contains(name)) {
            faults.add(name + ": has no main code, delete its line in " + file);
          }
        });
  }

  private void print() {
    System.out.println("code lines by room, and how many it may have:");
    counts.forEach(
        (name, lines) ->
            System.out.printf("%,8d %,8d  %s%n", lines, most.getOrDefault(name, 0), name));
  }

  private void countSurface(Path project) throws IOException {
    String cli = String.join("", texts(project.resolve("cli/src/main"), ".java"));
    // An annotation ends where its class begins.
    long hidden =
        Pattern.compile("@Command\\((.*?)class ", Pattern.DOTALL)
            .matcher(cli)
            .results()
            .filter(command -> command.group(1).contains("hidden = true"))
            .count();
    counts.put("commands", found(cli, "@Command\\(") - (int) hidden);
    String flags = text(project.resolve("docs/flags.md"));
    counts.put("flags-of-train", found(flags, "(?m)^\\| `--"));
    String studio = String.join("", texts(project.resolve("studio/src/main"), ".java"));
    counts.put("routes-of-the-studio", found(studio, "\\.(get|post)\\(\\s*\"/"));
    String serve = String.join("", texts(project.resolve("serve/src/main"), ".java"));
    counts.put("routes-of-serve", found(serve, "[(,]\\s*(Endpoint\\.get|new Endpoint)\\("));
    String poms = text(project.resolve("pom.xml"));
    counts.put("modules", found(poms, "<module>"));
    String descriptors = String.join("", texts(project, "module-info.java"));
    counts.put("exported-packages", found(descriptors, "(?m)^ *exports [\\w.]+;"));
    counts.put("pages", texts(project, ".md").size());
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static List<String> texts(Path folder, String end) throws IOException {
    List<String> texts = new ArrayList<>();
    if (Files.exists(folder)) {
      for (Path file : Sources.below(folder, end)) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }

  private static int found(String text, String pattern) {
    return (int) Pattern.compile(pattern).matcher(text).results().count();
  }

  private List<String> judged() {
    counts.forEach(
        (name, count) -> {
          Integer allowed = most.get(name);
          if (allowed == null) {
            faults.add("%s: expected a line of %s, which has %,d".formatted(file, name, count));
          } else if (count > allowed) {
            faults.add("%s: has %,d, %s allows %,d".formatted(name, count, file, allowed));
          }
        });
    return faults;
  }

  private void write(double slack) throws IOException {
    List<String> lines = new ArrayList<>(head);
    counts.forEach(
        (name, count) -> {
          int number = (int) Math.ceil(slack * count);
          int before = most.getOrDefault(name, number);
          boolean isRoom = slack > 1 && !HAND_SET.contains(name);
          int least = HAND_SET.contains(name) ? before : Math.min(before, number);
          lines.add(name + " " + (isRoom ? number : least));
        });
    Files.write(file, lines);
  }
}
