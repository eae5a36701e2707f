package io.fovea.studio.inside;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Formulas of the book, written in TeX between dollar signs, in letters that need no typesetter:
 * {@code \sum_{c} w \cdot x} becomes {@code Σ_c w · x}.
 */
public final class Formula {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```[^\\n]*$");
  private static final Pattern DISPLAY = Pattern.compile("(?s)\\$\\$(.+?)\\$\\$");
  private static final Pattern INLINE =
      Pattern.compile("(?<![\\\\$`])\\$([^$\\n]+?(?:\\n[^$\\n]+?)?)\\$(?!\\$)");
  private static final Pattern FRACTION = Pattern.compile("\\\\t?frac\\{([^{}]*)}\\{([^{}]*)}");
  private static final Pattern WRAPPED =
      Pattern.compile("\\\\(?:text|mathrm|operatorname|mathbf|hat|bar)\\{([^{}]*)}");
  private static final Pattern GROUP = Pattern.compile("\\{([A-Za-z0-9+,'=]*)}");
  private static final Pattern COMMAND = Pattern.compile("\\\\([A-Za-z]+)");
  private static final Map<String, String> SIGNS =
      Map.ofEntries(
          Map.entry("sum", "Σ"),
          Map.entry("cdot", "·"),
          Map.entry("times", "×"),
          Map.entry("partial", "∂"),
          Map.entry("lfloor", "⌊"),
          Map.entry("rfloor", "⌋"),
          Map.entry("lceil", "⌈"),
          Map.entry("rceil", "⌉"),
          Map.entry("dots", "…"),
          Map.entry("ldots", "…"),
          Map.entry("le", "≤"),
          Map.entry("ge", "≥"),
          Map.entry("approx", "≈"),
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
          Map.entry("sqrt", "√"),
          Map.entry("leftarrow", "←"),
          Map.entry("quad", "   "),
          Map.entry("qquad", "      "),
          Map.entry("left", ""),
          Map.entry("right", ""),
          Map.entry("Big", ""),
          Map.entry("max", "max"));

  private Formula() {}

  /**
   * Markdown with its formulas as code: between dollars as spans, between two dollars as blocks.
   */
  public static String asCode(String markdown) {
    return outsideFences(outsideFences(markdown, Formula::blocks), Formula::spans);
  }

  private interface Rewriting {
    String of(String markdown);
  }

  private static String outsideFences(String markdown, Rewriting rewriting) {
    StringBuilder result = new StringBuilder();
    Matcher fence = FENCE.matcher(markdown);
    int from = 0;
    while (fence.find()) {
      result.append(rewriting.of(markdown.substring(from, fence.start()))).append(fence.group());
      from = fence.end();
    }
    return result.append(rewriting.of(markdown.substring(from))).toString();
  }

  private static String blocks(String markdown) {
    return DISPLAY
        .matcher(markdown)
        .replaceAll(
            found ->
                Matcher.quoteReplacement("\n```\n" + plain(found.group(1)).strip() + "\n```\n"));
  }

  private static String spans(String markdown) {
    return INLINE
        .matcher(markdown)
        .replaceAll(
            found ->
                Matcher.quoteReplacement("`" + plain(found.group(1)).replace('\n', ' ') + "`"));
  }

  /** TeX in plain letters. */
  static String plain(String tex) {
    String text = tex;
    String before;
    do {
      before = text;
      text = WRAPPED.matcher(text).replaceAll("$1");
      text = FRACTION.matcher(text).replaceAll("($1) / ($2)");
      text = GROUP.matcher(text).replaceAll("$1");
    } while (!text.equals(before));
    text =
        COMMAND
            .matcher(text)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(SIGNS.getOrDefault(found.group(1), found.group(1))));
    return text.replaceAll("\\\\[,;:! ]", " ")
        .replace("\\\\", "\n")
        .replace("\\", "")
        .replace("&", "");
  }
}
