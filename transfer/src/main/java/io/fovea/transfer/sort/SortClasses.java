package io.fovea.transfer.sort;

import io.fovea.file.DisplayText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The classes of photos that are sorted, numbered from 0. Each is the name of a folder. */
public final class SortClasses {
  /** More than a person can tell apart; ImageNet has as many. */
  private static final int MOST = 1000;

  /** What no name has: letters that a system refuses, or that turn or hide those around them. */
  private static final String REFUSED = "/\\\\:*?\"<>|\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}";

  /** Names that every system allows for a folder, and that no reader takes for something else. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?!(?i:train|test|__macosx|(eh)?thumbs\\.db|desktop\\.ini|con|prn|aux|nul|com[0-9]|lpt[0-9])(\\.|$))"
              + "[^.\\s%1$s]([^%1$s]{0,58}[^.\\s%1$s])?".formatted(REFUSED));

  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> numbers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * Checks the name of another class.
   *
   * @throws IllegalArgumentException if it is none for a folder of photos, there is one of that
   *     name, in small or capital letters, or there are too many
   */
  public void require(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "class: expects a name that a folder may have, of 1 to 60 characters, got \"%.80s\"; leave out / \\ : * ? \" < > |, invisible characters, and points or spaces at the ends, and take another one than train, test or a name of the system such as con"
              .formatted(DisplayText.of(name)));
    }
    if (numbers.containsKey(name)) {
      throw new IllegalArgumentException(
          "class: expects a new class, got \"%s\" beside %.100s; give another name"
              .formatted(name, names));
    }
    if (names.size() >= MOST) {
      throw new IllegalArgumentException(
          "class: expects at most %,d classes, got one more; use one that is there"
              .formatted(MOST));
    }
  }

  /** Adds a class; throws as {@link #require}. */
  public void add(String name) {
    require(name);
    numbers.put(name, names.size());
    names.add(name);
  }

  /**
   * The number of a class.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public int number(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException("sort: there is no class " + name);
    }
    return number;
  }

  public String name(int number) {
    return names.get(number);
  }

  public int size() {
    return names.size();
  }

  /** The names, in the order of their numbers. */
  public List<String> names() {
    return List.copyOf(names);
  }
}
