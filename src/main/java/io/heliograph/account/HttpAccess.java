package io.heliograph.account;

import io.heliograph.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.access.intercept.RequestMatcherDelegatingAuthorizationManager;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;

import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.pathPattern;

/** Which role may use which endpoint, and how a request says who makes it. */
@Configuration(proxyBeanMethods = false)
class HttpAccess {

	@Bean
	SecurityFilterChain endpoints(HttpSecurity http, Callers callers, KeyRing keys, FirstLogins firstLogins,
			AccessRefusals refusals, BanList bans, Denials denials, ProblemWriter problems) {
		AuthorizationManager<HttpServletRequest> authorization = authorization();
		AuthorizationFilter beforeBody = new AuthorizationFilter(authorization);
		beforeBody.setFilterErrorDispatch(false);
		return http.addFilter(beforeBody)
			.addFilterAfter(new AuthorizationAfterBody(authorization, callers), AuthorizationFilter.class)
			.addFilterBefore(new BannedAddresses(bans, denials, problems), BasicAuthenticationFilter.class)
			.addFilterBefore(new KeyLogin(keys, callers, firstLogins, refusals), BasicAuthenticationFilter.class)
			.httpBasic(
					(basic) -> basic.authenticationEntryPoint(refusals).authenticationDetailsSource(CallerDetails::of))
			.exceptionHandling((failed) -> failed.accessDeniedHandler(refusals))
			// no cookie is ever set; requests that other sites cause are refused by web
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.csrf(AbstractHttpConfigurer::disable)
			.formLogin(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.anonymous(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.build();
	}

	private static AuthorizationManager<HttpServletRequest> authorization() {
		String admin = "/api/admin/**";
		String devices = "/api/devices/**";
		RoleAndScope<RequestAuthorizationContext> looks = new RoleAndScope<>(KeyScope.ADMIN_READ, Role.ADMIN,
				Role.OPERATOR);
		RoleAndScope<RequestAuthorizationContext> changes = new RoleAndScope<>(KeyScope.ADMIN_WRITE, Role.ADMIN);
		return RequestMatcherDelegatingAuthorizationManager.builder()
			.requestMatchers(pathPattern("/actuator/health"), pathPattern("/actuator/health/**"))
			.permitAll()
			.add(pathPattern(HttpMethod.POST, "/api/publish"),
					new RoleAndScope<>(KeyScope.PUBLISH, Role.ADMIN, Role.PUBLISHER))
			.add(pathPattern("/actuator/metrics/**"), looks)
			.add(pathPattern(HttpMethod.GET, admin), looks)
			.add(pathPattern(HttpMethod.HEAD, admin), looks)
			// asks, and changes nothing
			.add(pathPattern(HttpMethod.POST, AclController.PATH + "/explain"), looks)
			.add(pathPattern(HttpMethod.GET, devices), looks)
			.add(pathPattern(HttpMethod.HEAD, devices), looks)
			.add(pathPattern(admin), changes)
			.add(pathPattern(devices), changes)
			.anyRequest()
			.authenticated()
			.build();
	}

}
