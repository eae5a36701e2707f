package io.fovea.spring.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.inference.CallListener;
import io.fovea.spring.Model;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

/** A stopping application answers what it has begun. */
class ShutdownTest {
  @Test
  void close_whileARequestIsComputed_answersItBeforeTheClassifierIsClosed() throws Exception {
    CountDownLatch computing = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    CallListener slow =
        (images, nanoseconds) -> {
          computing.countDown();
          try {
            closing.await();
          } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
          }
        };
    CountDownLatch answered = new CountDownLatch(1);
    ConfigurableApplicationContext application =
        new SpringApplicationBuilder(SampleApplication.class)
            .initializers(
                context -> {
                  GenericApplicationContext beans = (GenericApplicationContext) context;
                  beans.registerBean("slow", CallListener.class, () -> slow);
                  beans.registerBean("sent", Sent.class, () -> new Sent(answered));
                })
            .run("--server.port=0", "--fovea.model=" + Model.FILE, "--fovea.warm-up=0");
    try (HttpClient client = HttpClient.newHttpClient()) {
      String port = application.getEnvironment().getProperty("local.server.port");
      CompletableFuture<HttpResponse<String>> answer =
          client
              .sendAsync(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/classify"))
                      .POST(HttpRequest.BodyPublishers.ofByteArray(Model.picture(7)))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .whenComplete((response, failure) -> answered.countDown());
      computing.await();
      CountDownLatch begun = new CountDownLatch(1);
      application.addApplicationListener(
          event -> {
            if (event instanceof ContextClosedEvent) {
              begun.countDown();
            }
          });
      Thread stopping = Thread.ofPlatform().start(application::close);
      begun.await();
      Thread.sleep(300); // the web server has been told by now
      closing.countDown();
      assertThat(answer.get().body()).contains("\"label\":\"7\"");
      stopping.join();
    }
  }

  /**
   * Between the end of all requests and the end of the web server: waits until the answer has
   * arrived, since Tomcat counts a request as done a moment before its last bytes are sent.
   */
  private static final class Sent implements SmartLifecycle {
    private final CountDownLatch answered;
    private volatile boolean running;

    Sent(CountDownLatch answered) {
      this.answered = answered;
    }

    @Override
    public void start() {
      running = true;
    }

    @Override
    public void stop() {
      try {
        assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int getPhase() {
      return DEFAULT_PHASE - 1500;
    }
  }
}
