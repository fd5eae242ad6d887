# Writes what metafor says about data sets of metadat, and the data themselves:
#
#   Rscript expected.R > expected.tsv
#
# Every fit runs to full convergence: the stopping rules below are far tighter
# than metafor's own. Rows, tab-separated:
#
#   study      set  kind  label  numbers...   what a study reports
#   moderator  set  name  numbers...          one number a study
#   grouping   set  names...                  one group a study
#   want       set  call  quantity  number  [tolerance]
#
# The tolerance is relative, 2e-8 unless told. Without lme4, the models of lme4
# are left out, and a line "# left out" says so.
suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
})
options(warn = -1)

number <- function(x) sprintf("%.13g", x)
row <- function(...) cat(paste(c(...), collapse = "\t"), "\n", sep = "")
want <- function(set, call, quantities, tolerance = 2e-8) {
  for (name in names(quantities)) {
    value <- quantities[[name]]
    if (length(value) == 1 && !is.null(value) && is.finite(value))
      row("want", set, call, name, number(value),
        if (tolerance != 2e-8) format(tolerance))
  }
}
indexed <- function(name, values)
  setNames(as.list(values), paste0(name, "[", seq_along(values) - 1, "]"))

# The rule for REML and its kin is about tau2 itself, so it goes by the data's
# own scale.
fit <- function(yi, vi, ...) rma(yi, vi, control = list(tol = 1e-14,
  threshold = 1e-12 * min(1, var(yi)) * max(1, var(yi)), maxiter = 100000,
  tau2.max = 100 * max(1, var(yi))), ...)

# Data sets of which results for single studies are written, too.
by_study <- c("bcg", "raudenbush1985", "hackshaw1998", "hine1989",
  "collins1985b")

# Pooling, what surrounds it, and what depends on single studies.
synthesise <- function(set, measure, yi, vi) {
  keep <- !is.na(yi) & !is.na(vi)
  yi <- c(yi[keep]); vi <- c(vi[keep])
  for (method in c("EE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM")) {
    f <- fit(yi, vi, method = method)
    quantities <- list(effect = f$beta, se = f$se, lower = f$ci.lb,
      upper = f$ci.ub, p = f$pval, q = f$QE, q_p = f$QEp)
    if (method != "EE") {
      quantities <- c(quantities,
        list(tau2 = f$tau2, tau2_se = f$se.tau2, i2 = f$I2, h2 = f$H2,
          weight = weights(f)[1]))
    }
    want(set, paste("pool", measure, method), quantities)
  }
  f <- fit(yi, vi)
  p <- predict(f)
  want(set, paste("predict", measure, "z"), list(lower = p$pi.lb, upper = p$pi.ub))
  # metafor has had Riley's since 4.0; here it follows from the fit.
  reach <- qt(0.975, f$k - 2) * sqrt(f$se^2 + f$tau2)
  want(set, paste("predict", measure, "riley"), list(
    lower = c(f$beta) - reach, upper = c(f$beta) + reach))
  for (test in c("knha", "adhoc")) for (method in c("EE", "DL", "REML")) {
    h <- fit(yi, vi, method = method, test = test)
    quantities <- list(effect = h$beta, se = h$se, lower = h$ci.lb,
      upper = h$ci.ub, p = h$pval)
    if (method != "EE") {
      p <- predict(h)
      reach <- qt(0.975, h$k - 2) * sqrt(h$se^2 + h$tau2)
      quantities <- c(quantities, list(
        predict_lower = p$pi.lb, predict_upper = p$pi.ub,
        riley_lower = c(h$beta) - reach, riley_upper = c(h$beta) + reach))
    }
    want(set, paste(test, measure, method), quantities)
  }
  i <- confint(f, control = list(tol = 1e-14, tau2.max = 1e4 * max(1, var(yi))))$random
  if (isTRUE(i[1, 3] > 0))
    want(set, paste("qprofile", measure), list(tau2_lower = i[1, 2],
      tau2_upper = i[1, 3], i2_lower = i[3, 2], i2_upper = i[3, 3]))
  if (set %in% by_study) {
  l <- leave1out(f)
  want(set, paste("leave1out", measure), c(indexed("effect", l$estimate),
    indexed("tau2", l$tau2)))
  c <- cumul(f)
  want(set, paste("cumul", measure), c(indexed("effect", c$estimate),
    indexed("se", c$se)))
  for (test in c("z", "knha")) {
    n <- influence(fit(yi, vi, test = test))$inf
    want(set, paste("influence", measure, test), c(
      indexed("rstudent", n$rstudent), indexed("dffits", n$dffits),
      indexed("cook", n$cook.d), indexed("cov", n$cov.r),
      indexed("tau2", n$tau2.del), indexed("q", n$QE.del),
      indexed("hat", n$hat), indexed("weight", n$weight)))
  }
  }

  e <- regtest(f, model = "lm")
  want(set, paste("egger", measure, "lm"), list(statistic = e$zval, p = e$pval,
    limit = e$est, lower = e$ci.lb, upper = e$ci.ub))
  e <- regtest(f)
  want(set, paste("egger", measure, "REML"), list(statistic = e$zval,
    p = e$pval, limit = e$est, lower = e$ci.lb, upper = e$ci.ub))
  b <- ranktest(f)
  want(set, paste("begg", measure), list(tau = b$tau, p = b$pval))
  for (method in c("EE", "DL", "REML")) for (estimator in c("L0", "R0")) {
    f <- fit(yi, vi, method = method)
    t <- try(trimfill(f, estimator = estimator, control = f$control),
      silent = TRUE)
    if (inherits(t, "try-error")) next
    want(set, paste("trimfill", measure, method, estimator), list(k0 = t$k0,
      right = as.numeric(t$side == "right"), effect = t$beta, se = t$se,
      k0_se = t$se.k0))
  }
  want(set, paste("fsn", measure), list(
    rosenthal = fsn(yi, vi, type = "Rosenthal")$fsnum,
    orwin = fsn(yi, vi, type = "Orwin")$fsnum,
    rosenberg = fsn(yi, vi, type = "Rosenberg")$fsnum))
}

effects <- function(set, measure, e) {
  want(set, paste("effects", measure),
    c(indexed("yi", e$yi), indexed("vi", e$vi)))
  e
}

# Harbord, Egger and Sterne 2006 (Stat Med 25:3443) and Peters et al. 2006 (JAMA
# 295:676) by R's lm(), of the studies that tell of an odds ratio.
small_studies <- function(set, ai, n1i, ci, n2i) {
  # Integers would overflow.
  n1i <- as.numeric(n1i)
  n2i <- as.numeric(n2i)
  n <- n1i + n2i
  d <- ai + ci
  keep <- d > 0 & d < n
  if (!all(keep)) return(invisible())
  z <- ai - d * n1i / n
  v <- n1i * n2i * d * (n - d) / (n^2 * (n - 1))
  line <- function(f, which) {
    of <- summary(f)$coefficients[which, ]
    list(estimate = of[[1]], se = of[[2]], statistic = of[[3]], p = of[[4]],
      limit = coef(f)[[3 - which]])
  }
  want(set, "harbord", line(lm(I(z / sqrt(v)) ~ I(sqrt(v))), 1))
  e <- escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i)
  x <- 1 / n
  w <- d * (n - d) / n
  want(set, "peters", line(lm(yi ~ x, data = e, weights = w), 2))
}

# Events and participants of two arms.
tables <- function(set, label, ai, n1i, ci, n2i, pool = c("RR", "OR", "RD")) {
  for (i in seq_along(ai))
    row("study", set, "tables", label[i],
      number(c(ai[i], n1i[i], ci[i], n2i[i])))
  for (measure in c("RR", "OR", "RD", "PETO")) {
    e <- effects(set, measure, escalc(measure = measure, ai = ai, n1i = n1i,
      ci = ci, n2i = n2i))
    if (measure %in% pool) synthesise(set, measure, e$yi, e$vi)
  }
  if (any(c(ai, ci) == 0)) for (to in c("all", "if0all"))
    effects(set, paste0("OR.", to), escalc(measure = "OR", ai = ai, n1i = n1i,
      ci = ci, n2i = n2i, to = to))
  if (any(c(ai, ci) == 0)) {
    effects(set, "OR.add0.1", escalc(measure = "OR", ai = ai, n1i = n1i,
      ci = ci, n2i = n2i, add = 0.1))
    effects(set, "OR.none", escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci,
      n2i = n2i, to = "none"))
    # Sweeting, Sutton and Lambert 2004, section 3.3: what is added to an arm is
    # proportional to the reciprocal of the other arm's size, and 1 over both.
    has_zero <- ai == 0 | ci == 0 | ai == n1i | ci == n2i
    k1 <- ifelse(has_zero, n1i / (n1i + n2i), 0)
    k2 <- ifelse(has_zero, n2i / (n1i + n2i), 0)
    for (measure in c("OR", "RR"))
      effects(set, paste0(measure, ".byarm"), escalc(measure = measure,
        ai = ai + k1, bi = n1i - ai + k1, ci = ci + k2, di = n2i - ci + k2,
        to = "none"))
  }
  if (any(ai + ci == 0)) effects(set, "RR.drop00", escalc(measure = "RR", ai = ai, n1i = n1i, ci = ci,
    n2i = n2i, drop00 = TRUE))
  for (measure in c("RR", "OR", "RD")) {
    f <- rma.mh(measure = measure, ai = ai, n1i = n1i, ci = ci, n2i = n2i)
    want(set, paste("mh", measure), list(effect = f$beta, se = f$se,
      lower = f$ci.lb, upper = f$ci.ub, q = f$QE, q_p = f$QEp, cmh = f$MH,
      cmh_p = f$MHp, tarone = f$TA, tarone_p = f$TAp, breslow_day = f$BD))
    want(set, paste("mh", measure), indexed("weight", weights(f)))
  }
  small_studies(set, ai, n1i, ci, n2i)
  f <- rma.peto(ai = ai, n1i = n1i, ci = ci, n2i = n2i)
  want(set, "peto", list(effect = f$beta, se = f$se, lower = f$ci.lb,
    upper = f$ci.ub, p = f$pval, q = f$QE, q_p = f$QEp))
  want(set, "peto", indexed("weight", weights(f)))
}

# Events and person-time of two arms.
rates <- function(set, label, x1i, t1i, x2i, t2i) {
  for (i in seq_along(x1i))
    row("study", set, "rates", label[i],
      number(c(x1i[i], t1i[i], x2i[i], t2i[i])))
  e <- effects(set, "IRR", escalc(measure = "IRR", x1i = x1i, t1i = t1i,
    x2i = x2i, t2i = t2i))
  synthesise(set, "IRR", e$yi, e$vi)
  if (any(c(x1i, x2i) == 0)) for (to in c("all", "if0all", "none"))
    effects(set, paste0("IRR.", to), escalc(measure = "IRR", x1i = x1i,
      t1i = t1i, x2i = x2i, t2i = t2i, to = to))
  invisible()
}

# The conditional exact mixed model without metafor and its packages: the
# likelihood of Stijnen, Hamza and Ozdemir 2010 (Stat Med 29:3046), equations 7
# and 8, a noncentral hypergeometric distribution of the events of one arm given
# those of both, whose log odds ratio is normal, integrated by R's integrate().
conditional_exact <- function(ai, n1i, ci, n2i) {
  keep <- ai + ci > 0 & ai + ci < n1i + n2i
  ai <- ai[keep]; n1i <- n1i[keep]; ci <- ci[keep]; n2i <- n2i[keep]
  log_density <- function(i, theta) {
    j <- max(0, ai[i] + ci[i] - n2i[i]):min(n1i[i], ai[i] + ci[i])
    w <- lchoose(n1i[i], j) + lchoose(n2i[i], ai[i] + ci[i] - j)
    sapply(theta, function(t) {
      terms <- w + j * t
      top <- max(terms)
      terms[j == ai[i]] - top - log(sum(exp(terms - top)))
    })
  }
  minus_log_likelihood <- function(p) {
    tau <- exp(p[2])
    -sum(sapply(seq_along(ai), function(i) {
      # Relative to the highest point, which is looked for first.
      g <- function(z) log_density(i, p[1] + tau * z) + dnorm(z, log = TRUE)
      best <- optimize(g, c(-12, 12), maximum = TRUE, tol = 1e-8)
      best$objective + log(integrate(function(z) exp(g(z) - best$objective),
        best$maximum - 12, best$maximum + 12, rel.tol = 1e-12,
        subdivisions = 2000)$value)
    }))
  }
  best <- nlminb(c(0, log(0.5)), minus_log_likelihood,
    control = list(rel.tol = 1e-15, x.tol = 1e-9, iter.max = 500))$par
  # Second derivatives to the fourth order of the step.
  h <- 1e-2
  second <- function(f) (-f(2 * h) + 16 * f(h) - 30 * f(0) + 16 * f(-h) -
    f(-2 * h)) / (12 * h^2)
  at <- function(d) minus_log_likelihood(best + d)
  a <- second(function(x) at(c(x, 0)))
  b <- second(function(x) at(c(0, x)))
  cross <- (second(function(x) at(c(x, x))) - a - b) / 2
  list(effect = best[1], se = sqrt(b / (a * b - cross^2)),
    tau2 = exp(2 * best[2]))
}

# Events and participants of one arm.
proportions <- function(set, label, xi, ni) {
  for (i in seq_along(xi))
    row("study", set, "proportions", label[i], number(c(xi[i], ni[i])))
  for (measure in c("PR", "PLN", "PLO", "PAS", "PFT")) {
    e <- effects(set, measure, escalc(measure = measure, xi = xi, ni = ni))
    if (measure %in% c("PLO", "PFT")) synthesise(set, measure, e$yi, e$vi)
  }
  e <- escalc(measure = "PFT", xi = xi, ni = ni)
  want(set, "back PFT", list(proportion = predict(fit(e$yi, e$vi),
    transf = transf.ipft.hm, targs = list(ni = ni))$pred))
  if (!requireNamespace("lme4", quietly = TRUE)) {
    row(paste("# left out: glmm PLO of", set))
    return(invisible())
  }
  f <- rma.glmm(measure = "PLO", xi = xi, ni = ni, nAGQ = 25)
  want(set, "glmm PLO", list(tau2 = f$tau2, effect = f$beta, se = f$se), 1e-4)
  want(set, "glmm PLO", list(lrt = f$QE.LRT))
}

means <- function(set, label, m1, sd1, n1, m2, sd2, n2) {
  for (i in seq_along(m1))
    row("study", set, "means", label[i],
      number(c(m1[i], sd1[i], n1[i], m2[i], sd2[i], n2[i])))
  for (type in c("MD.LS", "MD.HO", "SMD.LS", "SMD.LS2", "SMD.UB", "SMD.AV")) {
    parts <- strsplit(type, ".", fixed = TRUE)[[1]]
    e <- effects(set, type, escalc(measure = parts[1], vtype = parts[2],
      m1i = m1, sd1i = sd1, n1i = n1, m2i = m2, sd2i = sd2, n2i = n2))
    if (type %in% c("MD.HO", "MD.LS", "SMD.LS"))
      synthesise(set, type, e$yi, e$vi)
  }
  if (all(m1 * m2 > 0)) {
    e <- effects(set, "ROM.LS", escalc(measure = "ROM", m1i = m1, sd1i = sd1,
      n1i = n1, m2i = m2, sd2i = sd2, n2i = n2))
    synthesise(set, "ROM.LS", e$yi, e$vi)
  }
  invisible()
}

raw <- function(set, label, yi, vi) {
  for (i in seq_along(yi))
    row("study", set, "effects", label[i], number(c(yi[i], vi[i])))
  synthesise(set, "GEN", yi, vi)
}

cat("# metafor", as.character(packageVersion("metafor")), "and metadat",
  as.character(packageVersion("metadat")), "to full convergence\n")

d <- dat.bcg
tables("bcg", paste(d$author, d$year), d$tpos, d$tpos + d$tneg, d$cpos,
  d$cpos + d$cneg)
row("moderator", "bcg", "ablat", number(d$ablat))
row("moderator", "bcg", "year", number(d$year))
e <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d)
methods <- c("EE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM")
# A number beside a word of three levels, as ~ ablat + alloc has them.
d$random <- as.numeric(d$alloc == "random")
d$systematic <- as.numeric(d$alloc == "systematic")
row("moderator", "bcg", "random", number(d$random))
row("moderator", "bcg", "systematic", number(d$systematic))
points <- c(ablat = 33, year = 1970, random = 1, systematic = 0)
for (m in c("ablat", "ablat,year", "ablat,random,systematic"))
  for (method in methods) for (test in c("z", "knha", "adhoc")) {
    names <- strsplit(m, ",")[[1]]
    f <- fit(e$yi, e$vi, mods = as.matrix(d[, names]), method = method,
      test = test)
    quantities <- c(indexed("effect", f$beta), indexed("se", f$se),
      indexed("p", f$pval), indexed("lower", f$ci.lb),
      list(qe = f$QE, qm = f$QM, qm_p = f$QMp))
    if (method != "EE") {
      at <- predict(f, newmods = points[names])
      quantities <- c(quantities, list(tau2 = f$tau2, tau2_se = f$se.tau2,
        i2 = f$I2, r2 = f$R2, at = at$pred, at_lower = at$ci.lb,
        at_predict_lower = at$pi.lb))
    }
    want("bcg", paste("regress RR", m, method, test), quantities)
  }
row("grouping", "bcg", d$alloc)
for (method in c("DL", "REML")) for (test in c("z", "knha", "adhoc")) {
  by <- model.matrix(~ alloc, d)[, -1]
  f <- fit(e$yi, e$vi, mods = by, method = method, test = test)
  each <- fit(e$yi, e$vi, mods = model.matrix(~ alloc - 1, d),
    intercept = FALSE, method = method, test = test)
  want("bcg", paste("subgroups RR common", method, test), c(
    list(q = f$QM, p = f$QMp), indexed("effect", each$beta),
    indexed("se", each$se)))
  apart <- lapply(split(seq_len(nrow(d)), d$alloc), function(i)
    fit(e$yi[i], e$vi[i], method = method, test = test))
  effects_apart <- sapply(apart, function(x) c(x$beta))
  errors <- sapply(apart, function(x) x$se)
  # Chi-square wants normal standard errors, whatever the test of each group.
  wald <- sapply(split(seq_len(nrow(d)), d$alloc), function(i)
    fit(e$yi[i], e$vi[i], method = method, test = "z")$se)
  between <- rma(effects_apart, sei = wald, mods = diag(3)[, -1],
    method = "EE")
  want("bcg", paste("subgroups RR separate", method, test), c(
    list(q = between$QM, p = between$QMp), indexed("effect", effects_apart),
    indexed("se", errors)))
}
d <- dat.yusuf1985[dat.yusuf1985$table == "6", ]
d <- d[complete.cases(d[, c("ai", "n1i", "ci", "n2i")]), ]
tables("yusuf1985-table6", d$trial, d$ai, d$n1i, d$ci, d$n2i, "OR")
d <- dat.collins1985b
tables("collins1985b", paste(d$author, d$year), d$pre.xti, d$pre.nti, d$pre.xci,
  d$pre.nci, c("RR", "OR"))
d <- dat.lee2004
tables("lee2004", paste(d$study, d$year), d$ai, d$n1i, d$ci, d$n2i, "RR")
d <- dat.hine1989
tables("hine1989", d$source, d$ai, d$n1i, d$ci, d$n2i, "RD")
d <- dat.nielweise2007
tables("nielweise2007", paste(d$author, d$year), d$ai, d$n1i, d$ci, d$n2i, "OR")
d <- dat.li2007
tables("li2007", paste(d$study, d$year), d$ai, d$n1i, d$ci, d$n2i, "OR")
d <- dat.egger2001
tables("egger2001", paste(d$study, d$year), d$ai, d$n1i, d$ci, d$n2i, "OR")
d <- dat.damico2009
tables("damico2009", paste(d$study, d$year), d$xt, d$nt, d$xc, d$nc, "OR")
d <- dat.axfors2021
d <- d[d$hcq_cq == "hcq", ]
tables("axfors2021-hcq", d$acronym, d$hcq_arm_event, d$hcq_arm_total,
  d$control_arm_event, d$control_arm_total, "OR")
# Nissen and Wolski 2007, N Engl J Med 356:2457, table 3: myocardial
# infarctions. Later releases of metadat have it as dat.nissen2007.
d <- matrix(c(
  357, 2, 176, 0,  391, 2, 207, 1,  774, 1, 185, 1,  213, 0, 109, 1,
  232, 1, 116, 0,  43, 0, 47, 1,  121, 1, 124, 0,  110, 5, 114, 2,
  382, 1, 384, 0,  284, 1, 135, 0,  294, 0, 302, 1,  563, 2, 142, 0,
  278, 2, 279, 1,  418, 2, 212, 0,  395, 2, 198, 1,  203, 1, 106, 1,
  104, 1, 99, 2,  212, 2, 107, 0,  138, 3, 139, 1,  196, 0, 96, 0,
  122, 0, 120, 1,  175, 0, 173, 1,  56, 1, 58, 0,  39, 1, 38, 0,
  561, 0, 276, 2,  116, 2, 111, 3,  148, 1, 143, 0,  231, 1, 242, 0,
  89, 1, 88, 0,  168, 1, 172, 0,  116, 0, 61, 0,  1172, 1, 377, 0,
  706, 0, 325, 0,  204, 1, 185, 2,  288, 1, 280, 0,  254, 1, 272, 0,
  314, 1, 154, 0,  162, 0, 160, 0,  442, 1, 112, 0,  394, 1, 124, 0,
  2635, 15, 2634, 9,  1456, 27, 2895, 41), ncol = 4, byrow = TRUE)
tables("nissen2007", paste("trial", seq_len(nrow(d))), d[, 2], d[, 1], d[, 4],
  d[, 3], "OR")
d <- dat.pritz1997
proportions("pritz1997", d$study, d$xi, d$ni)
d <- dat.debruin2009
proportions("debruin2009", paste(d$author, d$year), d$xi, d$ni)
d <- dat.hannum2020
proportions("hannum2020", d$authorName, d$xi, d$ni)
d <- dat.normand1999
means("normand1999", d$source, d$m1i, d$sd1i, d$n1i, d$m2i, d$sd2i, d$n2i)
d <- dat.gibson2002
d <- d[complete.cases(d[, c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]), ]
means("gibson2002", paste(d$author, d$year), d$m1i, d$sd1i, d$n1i, d$m2i,
  d$sd2i, d$n2i)
d <- dat.raudenbush1985
raw("raudenbush1985", paste(d$author, d$year), d$yi, d$vi)
d <- dat.bangertdrowns2004
raw("bangertdrowns2004", paste(d$author, d$year), d$yi, d$vi)

d <- dat.pignon2000
for (i in seq_len(nrow(d)))
  row("study", "pignon2000", "logrank", d$trial[i], number(c(d$OmE[i], d$V[i])))
yi <- d$OmE / d$V
vi <- 1 / d$V
invisible(effects("pignon2000", "LOGRANK", list(yi = yi, vi = vi)))
synthesise("pignon2000", "LOGRANK", yi, vi)
f <- fit(yi, vi, method = "EE")
want("pignon2000", "logrank", list(effect = f$beta, se = f$se, lower = f$ci.lb,
  upper = f$ci.ub, q = f$QE, q_p = f$QEp))

d <- dat.hackshaw1998
for (i in seq_len(nrow(d)))
  row("study", "hackshaw1998", "intervals", paste(d$author[i], d$year[i]),
    number(c(d$or[i], d$or.lb[i], d$or.ub[i])))
e <- list(yi = log(d$or),
  vi = ((log(d$or.ub) - log(d$or.lb)) / (2 * qnorm(0.975)))^2)
invisible(effects("hackshaw1998", "OR.CI", e))
synthesise("hackshaw1998", "OR.CI", e$yi, e$vi)

d <- dat.nielweise2008
rates("nielweise2008", paste(d$authors, d$year), d$x1i, d$t1i / 365.25, d$x2i,
  d$t2i / 365.25)
# The same, had three arms no event.
d$x1i[c(5, 6)] <- 0
d$x2i[c(1)] <- 0
rates("nielweise2008-zeros", paste(d$authors, d$year), d$x1i, d$t1i / 365.25,
  d$x2i, d$t2i / 365.25)

# Hazard ratios of P and events alone, by Tierney et al. 2007, methods 7 and 8:
# E / 4, or E times the shares of the arms, is the variance of O - E.
d <- data.frame(events = c(120, 321, 64, 90), n1 = c(100, 279, 80, 60),
  n2 = c(100, 277, 41, 120), p = c(0.03, 0.0462, 0.2, 0.0004),
  better = c(1, 1, 0, 1))
for (i in seq_len(nrow(d)))
  row("study", "events-and-p", "events", paste("trial", i), number(unlist(d[i, ])))
z <- qnorm(1 - d$p / 2) * ifelse(d$better == 1, -1, 1)
invisible(effects("events-and-p", "HR.equal",
  list(yi = z / sqrt(d$events / 4), vi = 4 / d$events)))
v <- d$events * d$n1 * d$n2 / (d$n1 + d$n2)^2
invisible(effects("events-and-p", "HR.shares", list(yi = z / sqrt(v), vi = 1 / v)))

# Odds ratios without corrections for zeros.
d <- dat.nielweise2007
if (requireNamespace("lme4", quietly = TRUE)) {
  f <- rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i,
    data = d, model = "UM.FS", nAGQ = 25, control =
      list(glmerCtrl = list(optimizer = "bobyqa", tolPwrss = 1e-12, optCtrl =
        list(maxfun = 1e6, rhobeg = 1e-3, rhoend = 1e-10))))
  want("nielweise2007", "glmm UM.FS",
    list(effect = f$beta, se = f$se, tau2 = f$tau2), 1e-5)
} else {
  cat("# left out: glmm UM.FS of nielweise2007\n")
}
if (requireNamespace("lme4", quietly = TRUE) &&
    requireNamespace("numDeriv", quietly = TRUE)) {
  f <- rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i,
    data = d, model = "CM.EL", control = list(dnchgcalc = "dnoncenhypergeom",
      optCtrl = list(rel.tol = 1e-10), hessianCtrl = list(r = 4),
      intCtrl = list(lower = -12, upper = 10, rel.tol = 1e-11,
        subdivisions = 1000)))
  want("nielweise2007", "glmm CM.EL",
    list(effect = f$beta, se = f$se, tau2 = f$tau2), 1e-6)
} else {
  cat("# left out: glmm CM.EL of nielweise2007\n")
}
d <- dat.nielweise2007
want("nielweise2007", "glmm CM.EL.direct",
  conditional_exact(d$ai, d$n1i, d$ci, d$n2i), 1e-6)
d <- dat.li2007
want("li2007", "glmm CM.EL.direct",
  conditional_exact(d$ai, d$n1i, d$ci, d$n2i), 1e-6)
d <- dat.collins1985b
want("collins1985b", "glmm CM.EL.direct",
  conditional_exact(d$pre.xti, d$pre.nti, d$pre.xci, d$pre.nci), 1e-6)
