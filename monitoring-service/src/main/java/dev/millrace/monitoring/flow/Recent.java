package dev.millrace.monitoring.flow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last few of something, newest first. Safe to share between threads. */
final class Recent<T> {
    private final int capacity;
    private final Deque<T> items = new ArrayDeque<>();

    Recent(int capacity) {
        this.capacity = capacity;
    }

    synchronized void add(T item) {
        if (items.size() == capacity) {
            items.removeLast();
        }
        items.addFirst(item);
    }

    synchronized List<T> list() {
        return List.copyOf(items);
    }
}
