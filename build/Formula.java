import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The formulas of a page, written in TeX between dollar signs, as MathML, which browsers typeset:
 * {@code \sum_{c} w \cdot x} becomes a sum sign with c below it.
 */
final class Formula {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```[^\\n]*$");
  private static final Pattern DISPLAY = Pattern.compile("(?s)\\$\\$(.+?)\\$\\$");
  private static final Pattern INLINE =
      Pattern.compile("(?<![\\\\$`])\\$([^$\\n]+?(?:\\n[^$\\n]+?)?)\\$(?!\\$)");

  /** The marks around a formula's number while Markdown becomes HTML: private-use characters. */
  private static final char OPEN = '\uE000';

  private static final char CLOSE = '\uE001';
  private static final Pattern BLOCK_MARK =
      Pattern.compile("<p>" + OPEN + "([0-9]+)" + CLOSE + "</p>");
  private static final Pattern MARK = Pattern.compile(OPEN + "([0-9]+)" + CLOSE);

  /** An element of rows without elements inside, and the accent after them. */
  private static final Pattern SCRIPTED =
      Pattern.compile("<(\\w+)(?: [^>]*)?>((?:<mrow>[^<]*</mrow>)+)([^<]?)</\\1>");

  private final List<String> formulas = new ArrayList<>();

  /** Markdown with a mark for each formula outside of listings. */
  String marked(String markdown) {
    StringBuilder result = new StringBuilder();
    Matcher fence = FENCE.matcher(markdown);
    int from = 0;
    while (fence.find()) {
      result.append(marks(markdown.substring(from, fence.start()))).append(fence.group());
      from = fence.end();
    }
    return result.append(marks(markdown.substring(from))).toString();
  }

  private String marks(String markdown) {
    String blocks =
        DISPLAY
            .matcher(markdown)
            .replaceAll(found -> "\n\n" + mark(math(found.group(1), true)) + "\n\n");
    return INLINE.matcher(blocks).replaceAll(found -> mark(math(found.group(1), false)));
  }

  private String mark(String math) {
    formulas.add(math);
    return "" + OPEN + (formulas.size() - 1) + CLOSE;
  }

  /** The rendered page with formulas instead of their marks. */
  String unmarked(String html) {
    String blocks =
        BLOCK_MARK
            .matcher(html)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        "<div class=\"formula\" role=\"group\" aria-label=\"Formula\" tabindex=\"0\">"
                            + formula(found.group(1))
                            + "</div>"));
    return MARK.matcher(blocks)
        .replaceAll(found -> Matcher.quoteReplacement(formula(found.group(1))));
  }

  private String formula(String number) {
    return formulas.get(Integer.parseInt(number));
  }

  /** The text of a page without its marks, for the search. */
  static String withoutMarks(String text) {
    return MARK.matcher(text).replaceAll("");
  }

  /** The text of a page with its formulas on the line, for what a search finds. */
  String onTheLine(String text) {
    return MARK.matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(plain(formula(found.group(1)))));
  }

  /** A MathML element as text: x_i, e^(a+b), a/b. */
  private static String plain(String math) {
    String text =
        math.replaceAll("</?(?:math|mi|mn|mo|mtext)\\b[^>]*>", "")
            .replaceAll("<mspace[^>]*></mspace>", " ")
            .replaceAll("<mrow class=[^>]*>([^<]*)</mrow>", "$1")
            .replace("<msqrt>", "√(")
            .replace("</msqrt>", ")");
    String before = "";
    while (!before.equals(text)) { // from the innermost outwards
      before = text;
      text = SCRIPTED.matcher(text).replaceAll(found -> Matcher.quoteReplacement(scripted(found)));
    }
    return text.replaceAll("</?mrow>", "")
        .replaceAll("(∑_(?:\\([^)]*\\)|.))", "$1 ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }

  private static String scripted(MatchResult found) {
    String[] parts = found.group(2).replaceFirst("^<mrow>", "").split("</mrow>(?:<mrow>)?");
    for (int k = found.group(1).equals("mfrac") ? 0 : 1; k < parts.length; k++) {
      parts[k] = parts[k].matches("[^+−·,=]*") ? parts[k] : "(" + parts[k] + ")";
    }
    return switch (found.group(1)) {
      case "mfrac" -> parts[0] + "/" + parts[1];
      case "msup" -> parts[0] + "^" + parts[1];
      case "msubsup", "munderover" -> parts[0] + "_" + parts[1] + "^" + parts[2];
      case "mover" -> parts[0] + (found.group(3).isEmpty() ? "^" + parts[1] : "\u0302");
      default -> parts[0] + "_" + parts[1];
    };
  }

  /** TeX as a MathML element. */
  static String math(String tex, boolean display) {
    String row = new Tex(tex.strip(), display).row(Character.MAX_VALUE);
    return "<math%s alttext=\"%s\">%s</math>"
        .formatted(display ? " display=\"block\"" : "", Pages.escaped(tex.strip()), row);
  }

  private static final class Tex {
    private static final Map<String, String> NAMES =
        Map.ofEntries(
            Map.entry("gamma", "γ"),
            Map.entry("beta", "β"),
            Map.entry("varepsilon", "ε"),
            Map.entry("lambda", "λ"),
            Map.entry("mu", "μ"),
            Map.entry("sigma", "σ"),
            Map.entry("eta", "η"),
            Map.entry("alpha", "α"),
            Map.entry("pi", "π"),
            Map.entry("Phi", "Φ"),
            Map.entry("partial", "∂"));

    /** Those that are set as they are called. */
    private static final Set<String> FUNCTIONS =
        Set.of("ln", "log", "exp", "sin", "cos", "tanh", "max");

    private static final Map<String, String> SIGNS =
        Map.ofEntries(
            Map.entry("cdot", "·"),
            Map.entry("times", "×"),
            Map.entry("lfloor", "⌊"),
            Map.entry("rfloor", "⌋"),
            Map.entry("lceil", "⌈"),
            Map.entry("rceil", "⌉"),
            Map.entry("dots", "…"),
            Map.entry("ldots", "…"),
            Map.entry("le", "≤"),
            Map.entry("ge", "≥"),
            Map.entry("approx", "≈"),
            Map.entry("leftarrow", "←"));

    /** Widths in em. */
    private static final Map<String, String> SPACES =
        Map.of("quad", "1em", "qquad", "2em", ",", "0.17em", ";", "0.28em", " ", "0.28em");

    private final String tex;
    private final boolean display;
    private int at;

    Tex(String tex, boolean display) {
      this.tex = tex;
      this.display = display;
    }

    private boolean ends() {
      return at >= tex.length();
    }

    /** The elements up to a terminator, which is consumed, or to the end. */
    String row(char end) {
      StringBuilder row = new StringBuilder();
      while (!ends()) {
        if (tex.charAt(at) == end) {
          at++;
          break;
        }
        if (Character.isWhitespace(tex.charAt(at))) {
          at++;
        } else {
          row.append(scripted());
        }
      }
      return row.toString();
    }

    /** An atom with its superscript and subscript. */
    private String scripted() {
      int start = at;
      String base = atom();
      boolean isWide =
          display && (tex.startsWith("\\sum", start) || tex.startsWith("\\max", start));
      String below = "";
      String above = "";
      while (!ends() && "_^'".indexOf(tex.charAt(at)) >= 0) {
        switch (tex.charAt(at++)) {
          case '_' -> below = atom();
          case '^' -> above = atom();
          default -> above += "<mo>′</mo>";
        }
      }
      if (below.isEmpty() && above.isEmpty()) {
        return base;
      }
      String element =
          below.isEmpty()
              ? isWide ? "mover" : "msup"
              : above.isEmpty() ? isWide ? "munder" : "msub" : isWide ? "munderover" : "msubsup";
      String scripts =
          (below.isEmpty() ? "" : grouped(below)) + (above.isEmpty() ? "" : grouped(above));
      return "<%s>%s%s</%s>".formatted(element, grouped(base), scripts, element);
    }

    private static String grouped(String row) {
      return "<mrow>" + row + "</mrow>";
    }

    private String atom() {
      while (!ends() && tex.charAt(at) == ' ') {
        at++;
      }
      if (ends()) {
        return "";
      }
      char letter = tex.charAt(at++);
      if (letter == '{') {
        return row('}');
      }
      if (letter == '\\') {
        return command();
      }
      if (Character.isDigit(letter)) {
        int from = at - 1;
        while (!ends() && isPartOfNumber(at)) {
          at++;
        }
        return "<mn>" + tex.substring(from, at) + "</mn>";
      }
      return Character.isLetter(letter)
          ? "<mi>" + letter + "</mi>"
          : sign(letter == '-' ? "−" : String.valueOf(letter));
    }

    /** A number, with a decimal point before a digit, or a comma before three digits. */
    private boolean isPartOfNumber(int position) {
      String rest = tex.substring(position);
      return rest.matches("(?s)[0-9].*|\\.[0-9].*|,[0-9]{3}(?![0-9]).*");
    }

    private static String sign(String sign) {
      return "<mo stretchy=\"false\">" + Pages.escaped(sign) + "</mo>";
    }

    private String command() {
      int from = at;
      while (!ends() && Character.isLetter(tex.charAt(at))) {
        at++;
      }
      String name = at == from ? tex.substring(at, ++at) : tex.substring(from, at);
      if (NAMES.containsKey(name) || FUNCTIONS.contains(name)) {
        return function(NAMES.getOrDefault(name, name));
      }
      if (SIGNS.containsKey(name)) {
        return sign(SIGNS.getOrDefault(name, ""));
      }
      if (SPACES.containsKey(name)) {
        return "<mspace width=\"" + SPACES.get(name) + "\"></mspace>";
      }
      return switch (name) {
        case "sum" -> "<mo>∑</mo>";
        case "frac", "tfrac" -> "<mfrac>" + grouped(atom()) + grouped(atom()) + "</mfrac>";
        case "sqrt" -> "<msqrt>" + atom() + "</msqrt>";
        case "hat" -> "<mover accent=\"true\">" + grouped(atom()) + "<mo>^</mo></mover>";
        case "mathbf" -> "<mrow class=\"bold\">" + atom() + "</mrow>";
        case "text" -> "<mtext>" + Pages.escaped(braced()) + "</mtext>";
        case "mathrm", "operatorname" -> "<mi>" + Pages.escaped(braced()) + "</mi>";
        case "left", "right", "Big" -> stretched();
        case "{", "}", "%" -> sign(name);
        default ->
            throw new IllegalArgumentException(
                "book: expects a formula of known commands, got \\" + name + " in " + tex);
      };
    }

    /** A name, with a thin space before an argument that has no parenthesis. */
    private String function(String name) {
      boolean isPlain =
          name.length() > 1 && tex.substring(at).matches("(?s)\\s*[\\p{Alnum}\\\\].*");
      return "<mi>" + name + "</mi>" + (isPlain ? "<mspace width=\"0.17em\"></mspace>" : "");
    }

    /** A parenthesis of the height of its content. */
    private String stretched() {
      String sign = atom();
      return sign.replace("stretchy=\"false\"", "stretchy=\"true\"");
    }

    /** The text between braces, verbatim, with narrow spaces kept. */
    private String braced() {
      int end = tex.indexOf('}', at);
      String text = tex.substring(at + 1, end);
      at = end + 1;
      return text.replace(' ', '\u00A0');
    }
  }
}
