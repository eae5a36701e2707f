import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The budgets of {@code build/rooms.txt}: a room is a folder with all below it, and its main code
 * has at most as many lines as the list says. Tests do not count. Every folder at the top of the
 * project that holds main code has a line in the list.
 */
class Rooms {
  private record Room(Path folder, int budget) {}

  private final Path project;
  private final List<Room> rooms = new ArrayList<>();

  Rooms(Path project, Path list) throws IOException {
    this.project = project;
    for (String line : Files.readAllLines(list)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length < 3 || !words[1].matches("\\d{1,9}")) {
          throw new IOException(
              "rooms: got '" + line + "' in " + list + ", expected: FOLDER LINES REASON");
        }
        rooms.add(new Room(project.resolve(words[0]), Integer.parseInt(words[1])));
      }
    }
  }

  /** One line for each room that is too large, and for each folder without a line. */
  List<String> faults(List<Path> sources) throws IOException {
    int[] lines = new int[rooms.size()];
    Set<Path> without = new HashSet<>();
    for (Path source : sources) {
      Path place = project.relativize(source);
      if (place.getNameCount() > 1 && !place.toString().replace('\\', '/').contains("/test/")) {
        int length = Files.readAllLines(source).size();
        boolean found = false;
        for (int i = 0; i < lines.length; i++) {
          if (source.startsWith(rooms.get(i).folder)) {
            lines[i] += length;
            found = true;
          }
        }
        if (!found) {
          without.add(project.resolve(place.getName(0)));
        }
      }
    }
    return faults(lines, without);
  }

  private List<String> faults(int[] lines, Set<Path> without) {
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      Room room = rooms.get(i);
      if (lines[i] > room.budget) {
        String text = "%s: has %,d lines of main code, its budget in build/rooms.txt is %,d";
        faults.add(text.formatted(room.folder, lines[i], room.budget));
      } else if (lines[i] == 0) {
        faults.add(room.folder + ": has no main code, delete its line in build/rooms.txt");
      }
    }
    String text = ": holds main code, expected a line in build/rooms.txt";
    without.stream().sorted().forEach(folder -> faults.add(folder + text));
    return faults;
  }
}
