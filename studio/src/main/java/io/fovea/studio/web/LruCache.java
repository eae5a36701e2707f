package io.fovea.studio.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A cache of the most recently used values, safe for use by several threads. */
public final class LruCache<K, V> {
  private final Map<K, V> values;

  public LruCache(int most) {
    this.values = map(most);
  }

  /** A map of the most recently used values, the eldest first, without a lock of its own. */
  public static <K, V> Map<K, V> map(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  public synchronized Optional<V> get(K key) {
    return Optional.ofNullable(values.get(key));
  }

  public synchronized void put(K key, V value) {
    values.put(key, value);
  }
}
