package io.fovea.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run writes lines, also half ones, and now and then is cut back as by a resume; pages that come
 * and go follow it. Each of them ends with the lines of the file. The seed draws what is done; what
 * meets when is up to the machine.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunFeedStressTest {
  private static final int PAGES = 5;
  private static final Pattern STEP = Pattern.compile("\"step\":(\\d+)");

  @TempDir Path folder;

  /** What a page shows, put together from events. */
  private static final class Page {
    private final List<Integer> steps = new ArrayList<>();
    private RunFeed.Told told = RunFeed.Told.NOTHING;

    void ask(RunFeed feed) throws IOException {
      RunFeed.NewEvents news = feed.since(told);
      told = news.told();
      String text = new String(news.events(), StandardCharsets.UTF_8);
      if (text.startsWith("event: all")) {
        steps.clear();
      }
      Matcher step = STEP.matcher(text);
      while (step.find()) {
        int number = Integer.parseInt(step.group(1));
        assertThat(number).as("the step after %s", steps).isEqualTo(steps.size() + 1);
        steps.add(number);
      }
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static int write(Path file, RunFeed feed, Random random, int lines) throws IOException {
    int step = 0;
    for (int k = 0; k < lines; k++) {
      step++;
      String line = "{\"step\":" + step + "}\n";
      int half = random.nextInt(line.length());
      append(file, line.substring(0, half));
      append(file, line.substring(half));
      if (step > 10 && random.nextInt(40) == 0) {
        step /= 2;
        List<String> kept = Files.readAllLines(file).subList(0, step);
        Files.writeString(file, String.join("\n", kept) + "\n");
        feed.since(RunFeed.Told.NOTHING); // a resume takes longer than a look
      }
    }
    return step;
  }

  private void stress(long seed, int lines) throws Exception {
    Random random = new Random(seed);
    Path file = folder.resolve("metrics" + seed);
    AtomicLong time = new AtomicLong(); // each question comes after the next look
    RunFeed feed =
        new RunFeed("one", new RunTail(file), () -> "{}", () -> time.addAndGet(10_000_000_000L));
    List<Page> pages = new ArrayList<>();
    List<Future<?>> all = new ArrayList<>();
    int last;
    try (ExecutorService threads = Executors.newFixedThreadPool(PAGES)) {
      for (int k = 0; k < PAGES; k++) {
        Page page = new Page();
        Random own = new Random(random.nextLong());
        pages.add(page);
        all.add(
            threads.submit(
                () -> {
                  feed.count(1);
                  for (int i = 0; i < lines; i++) {
                    page.ask(feed);
                    if (own.nextInt(10) == 0) {
                      LockSupport.parkNanos(1_000);
                    }
                  }
                  feed.count(-1);
                  return null;
                }));
      }
      last = write(file, feed, random, lines);
      for (Future<?> each : all) {
        each.get(); // throws what a page met
      }
    } catch (Exception | AssertionError failed) {
      throw new AssertionError("seed " + seed, failed);
    }
    assertThat(feed.pauseMillis()).as("nobody follows").isEqualTo(RunFeed.LOOK_MILLIS);
    for (Page page : pages) {
      page.ask(feed);
      assertThat(page.steps).as("seed %d", seed).hasSize(last);
    }
  }

  @Test
  void since_ofRandomPages_returnsEachLineOnce() throws Exception {
    for (long seed = 1; seed <= 20; seed++) {
      stress(seed, 100);
    }
  }

  @Test
  @Tag("slow")
  void since_ofManyRandomPages_returnsEachLineOnce() throws Exception {
    for (long seed = 1_000; seed < 2_000; seed++) {
      stress(seed, 200);
    }
  }
}
