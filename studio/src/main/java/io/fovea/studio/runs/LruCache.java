package io.fovea.studio.runs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A cache of the most recently used values. */
final class LruCache<K, V> {
  private final Map<K, V> values;

  LruCache(int most) {
    this.values =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  synchronized Optional<V> get(K key) {
    return Optional.ofNullable(values.get(key));
  }

  synchronized void put(K key, V value) {
    values.put(key, value);
  }
}
