package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids and traces of requests; examples of the W3C's Trace Context, level 1. */
class RequestContextTest {
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static RequestContext of(String name, String... values) {
    Headers headers = new Headers();
    for (String value : values) {
      headers.add(name, value);
    }
    return RequestContext.of(headers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "7f9c-11", "ab/cd:ef=+@._x"})
  void id_sane_isKept(String id) {
    assertThat(of("X-Request-Id", id).id()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"b", "a\u00e9", "<a>", "a;b"})
  void id_another_isReplaced(String id) {
    assertThat(of("x-request-id", id).id()).matches("[0-9a-f]{32}").isNotEqualTo(id);
  }

  @Test
  void id_tooLongOrTwice_isReplaced() {
    assertThat(of("X-Request-Id", "a".repeat(128)).id()).hasSize(128);
    assertThat(of("X-Request-Id", "a".repeat(129)).id()).hasSize(32);
    assertThat(of("X-Request-Id", "a", "b").id()).hasSize(32);
    assertThat(of("X").id()).isNotEqualTo(of("X").id());
  }

  @Test
  void traceparent_valid_isPassedOn() {
    RequestContext context = of("traceparent", TRACE);
    assertThat(context.traceparent()).isEqualTo(TRACE);
    assertThat(context.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    String later = TRACE.replaceFirst("00", "cc") + "-what-the-future-will-be-like";
    assertThat(of("traceparent", later).traceparent()).isEqualTo(later);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
        "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      })
  void traceparent_invalid_isLeftOut(String trace) {
    RequestContext context = of("traceparent", trace);
    assertThat(context.traceparent()).isEmpty();
    assertThat(context.traceId()).isEmpty();
  }

  @Test
  void traceparent_twice_isLeftOut() {
    assertThat(of("traceparent", TRACE, TRACE).traceparent()).isEmpty();
  }
}
