import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The public API of a module as text: a line for each class, supertype and member that users see,
 * in the packages that the module exports to all. Arguments: {@code check} or {@code record}, a
 * folder of classes, which are on the class path with all that they need, and the file of the
 * recorded API.
 *
 * <p>A line that is gone breaks users, and so does an abstract method that a recorded type gets
 * which they may implement. What is added otherwise does not, and is recorded with the next
 * release.
 */
public class Api {
  private final List<String> lines = new ArrayList<>();

  /** Abstract methods of types that users may implement or extend, each with the type's line. */
  private final Map<String, String> toImplement = new LinkedHashMap<>();

  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    if (arguments.length != 3 || !List.of("check", "record").contains(arguments[0])) {
      System.err.println(
          "api: got %s, expected check or record, classes, a file".formatted(List.of(arguments)));
      System.exit(2);
    }
    Path recorded = Path.of(arguments[2]);
    Api api = new Api();
    api.read(Path.of(arguments[1]));
    if (arguments[0].equals("record")) {
      Files.createDirectories(recorded.toAbsolutePath().getParent());
      Files.write(recorded, api.lines);
      return;
    }
    List<String> breaks = api.breaks(Files.readAllLines(recorded));
    if (!breaks.isEmpty()) {
      System.err.printf("api: %d breaks of the API in %s:%n", breaks.size(), recorded);
      breaks.forEach(System.err::println);
      System.err.println(
          "api: restore them, or, where a break is meant, record it (-Dapi=record,"
              + " docs/releasing.md) and name it in CHANGELOG.md");
      System.exit(1);
    }
  }

  private void read(Path classes) throws IOException, ReflectiveOperationException {
    Predicate<String> exported = exported(classes);
    List<String> names;
    try (Stream<Path> files = Files.walk(classes)) {
      names =
          files
              .map(file -> classes.relativize(file).toString().replace('\\', '/'))
              .filter(file -> file.endsWith(".class") && file.contains("/"))
              .filter(file -> exported.test(packageOf(file)))
              .map(file -> file.substring(0, file.length() - 6).replace('/', '.'))
              .filter(name -> !name.endsWith(".package-info"))
              .sorted()
              .toList();
    }
    for (String name : names) {
      Class<?> type = Class.forName(name, false, Api.class.getClassLoader());
      if (isVisible(type)) {
        write(type);
      }
    }
  }

  /** Which packages users see: of a module without a descriptor all. */
  private static Predicate<String> exported(Path classes) {
    Set<String> names = new HashSet<>();
    var modules = ModuleFinder.of(classes).findAll();
    modules.forEach(
        module ->
            module.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .forEach(names::add));
    return modules.isEmpty() ? name -> true : names::contains;
  }

  private static String packageOf(String file) {
    return file.substring(0, file.lastIndexOf('/')).replace('/', '.');
  }

  private static boolean isVisible(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    return !type.isAnonymousClass()
        && !type.isLocalClass()
        && !type.isSynthetic()
        && isVisible(type.getModifiers())
        && (outer == null || isVisible(outer));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private void write(Class<?> type) {
    String line = type.toGenericString();
    lines.add(line);
    boolean isOpen = !type.isSealed() && !Modifier.isFinal(type.getModifiers());
    List<String> members = new ArrayList<>();
    Stream.concat(
            Stream.ofNullable(type.getGenericSuperclass()), Stream.of(type.getGenericInterfaces()))
        .filter(above -> above != Object.class)
        .forEach(above -> members.add(type.getName() + " is a " + above.getTypeName()));
    Stream.of(type.getDeclaredFields())
        .filter(field -> isPart(field, isOpen))
        .forEach(field -> members.add(field.toGenericString()));
    Stream.of(type.getDeclaredConstructors())
        .filter(constructor -> isPart(constructor, isOpen))
        .forEach(constructor -> members.add(constructor.toGenericString()));
    for (Method method : type.getDeclaredMethods()) {
      if (isPart(method, isOpen)) {
        String text = method.toGenericString().replace(" synchronized ", " ");
        members.add(text);
        if (isOpen && Modifier.isAbstract(method.getModifiers())) {
          toImplement.put("  " + text, line);
        }
      }
    }
    members.stream().sorted().forEach(member -> lines.add("  " + member));
  }

  /** Protected members of types that nobody can extend are nobody's. */
  private static boolean isPart(Member member, boolean isOpen) {
    int modifiers = member.getModifiers();
    return !member.isSynthetic()
        && (Modifier.isPublic(modifiers) || isOpen && Modifier.isProtected(modifiers));
  }

  private List<String> breaks(List<String> recorded) {
    List<String> breaks = new ArrayList<>();
    Set<String> now = new HashSet<>(lines);
    recorded.stream()
        .filter(line -> !now.contains(line))
        .forEach(line -> breaks.add("  gone: " + line.strip()));
    Set<String> before = new HashSet<>(recorded);
    toImplement.forEach(
        (method, type) -> {
          if (!before.contains(method) && before.contains(type)) {
            breaks.add("  added, which implementations lack: " + method.strip());
          }
        });
    return breaks;
  }
}
