package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Which path is which address. */
class RouterTest {
  private final Router<String> router =
      new Router<String>("test")
          .get("/runs", "list")
          .post("/runs", "start")
          .get("/runs/new", "form")
          .get("/runs/{run}/events/{number}", "event");

  @Test
  void find_path_givesHandlerAndSegments() {
    Router.Address<String> event = router.find("/runs/a%20b/events/7").orElseThrow();
    assertThat(event.handler("GET")).isEqualTo("event");
    assertThat(event.segments()).containsEntry("run", "a%20b").containsEntry("number", "7");
    assertThat(event.pattern()).isEqualTo("/runs/{run}/events/{number}");
    assertThat(router.find("/runs").orElseThrow().handler("POST")).isEqualTo("start");
  }

  @Test
  void find_anotherPath_isNothing() {
    for (String path :
        new String[] {"", "/", "/runs/", "runs", "/runs//events/7", "/runs/a/events/", "/RUNS"}) {
      assertThat(router.find(path)).as(path).isEmpty();
    }
  }

  @Test
  void handler_anotherMethod_is405AndNamesTheOnes() {
    Router.Address<String> runs = router.find("/runs").orElseThrow();
    assertThatThrownBy(() -> runs.handler("PUT"))
        .isInstanceOf(Refusal.class)
        .hasMessage("test: /runs takes GET and POST only")
        .asInstanceOf(InstanceOfAssertFactories.type(Refusal.class))
        .satisfies(
            refused -> {
              assertThat(refused.status()).isEqualTo(405);
              assertThat(refused.allow()).isEqualTo("GET, POST");
            });
  }
}
