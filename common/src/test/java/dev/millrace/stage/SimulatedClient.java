package dev.millrace.stage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes a Kafka client out of an object that has only those of its methods which the stages call; others fail. */
final class SimulatedClient {
    private static final Map<Call, Method> METHODS = new ConcurrentHashMap<>();

    private SimulatedClient() {}

    private record Call(Class<?> target, Method method) {}

    @SuppressWarnings("unchecked")
    static <T> T of(Class<?> type, Object target) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            try {
                return method(target, method).invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private static Method method(Object target, Method called) {
        return METHODS.computeIfAbsent(new Call(target.getClass(), called), call -> {
            try {
                var method = target.getClass().getDeclaredMethod(called.getName(), called.getParameterTypes());
                method.setAccessible(true);
                return method;
            } catch (NoSuchMethodException e) {
                throw new UnsupportedOperationException(called.toString(), e);
            }
        });
    }
}
