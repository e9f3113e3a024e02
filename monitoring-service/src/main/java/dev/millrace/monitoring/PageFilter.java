package dev.millrace.monitoring;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps the page to itself: it loads nothing from elsewhere, no other page shows it inside of itself, and nobody reads it by a
 * domain that was pointed here (DNS rebinding).
 */
@Component
class PageFilter extends OncePerRequestFilter {
    private static final int MISDIRECTED = 421;
    private static final String POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** Addresses, and names that nobody can register: those without a dot, and those of reserved domains. */
    private static final Pattern OWN = Pattern.compile(
            "\\[[0-9a-f:.]+]|[0-9.]+|[a-z0-9_-]+|.*\\.(?:localhost|local|internal|svc|test)", Pattern.CASE_INSENSITIVE);

    private final Set<String> hosts;

    /** @param hosts names besides, by which browsers ask for the page */
    PageFilter(@Value("${millrace.monitoring.hosts:}") Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        String host = request.getServerName().toLowerCase(Locale.ROOT);
        if (OWN.matcher(host).matches() || hosts.contains(host)) {
            chain.doFilter(request, response);
        } else {
            response.setStatus(MISDIRECTED);
            response.setContentType(MediaType.TEXT_PLAIN_VALUE);
            response.getWriter()
                    .write(
                            "Host: %s (expected: an address, a name without a dot, or one of millrace.monitoring.hosts)%n"
                                    .formatted(host));
        }
    }
}
