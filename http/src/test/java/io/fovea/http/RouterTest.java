package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
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
    Router.Address<String> address = router.find("/runs/a%20b/events/7").orElseThrow();
    Router.Match<String> event = address.match("GET");
    assertThat(event.handler()).isEqualTo("event");
    assertThat(event.segments()).containsEntry("run", "a%20b").containsEntry("number", "7");
    assertThat(address.pattern()).isEqualTo("/runs/{run}/events/{number}");
    assertThat(router.find("/runs").orElseThrow().match("POST").handler()).isEqualTo("start");
  }

  @Test
  void find_pathOfTwoPatterns_isAnsweredByTheFirstThatHasTheMethod() {
    Router.Address<String> address =
        new Router<String>("test")
            .get("/data/{name}", "facts")
            .post("/data/new", "create")
            .get("/data/new", "form")
            .find("/data/new")
            .orElseThrow();
    assertThat(address.match("GET").handler()).isEqualTo("facts");
    assertThat(address.match("GET").segments()).containsEntry("name", "new");
    assertThat(address.match("POST").handler()).isEqualTo("create");
    assertThat(address.match("POST").segments()).isEmpty();
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
    assertThatThrownBy(() -> runs.match("PUT"))
        .isInstanceOf(HttpError.class)
        .hasMessage("test: /runs supports GET and POST only")
        .asInstanceOf(InstanceOfAssertFactories.type(HttpError.class))
        .satisfies(
            refused -> {
              assertThat(refused.status()).isEqualTo(405);
              Headers headers = new Headers();
              refused.setHeaders(headers);
              assertThat(headers.getFirst("Allow")).isEqualTo("GET, POST");
            });
  }
}
